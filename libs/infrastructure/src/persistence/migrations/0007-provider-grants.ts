/** Grants as the provider counts them, across organisations; and what Meta tells us from its side. */
import { Migration } from '@mikro-orm/migrations';

export class ProviderGrants extends Migration {
  override up(): void {
    this.addSql(`
-- One row per (provider, person) while somebody has to be alone with that grant. Meta knows one grant per app and
-- person: connects and revocations of that person, of whatever organisation, meet at this row.
create table app.provider_grant (
  provider text not null check (provider in ('meta', 'x')),
  external_user_id text not null,
  -- Set while it is being revoked; a process that died in it loses its claim by the clock.
  revoking_until timestamptz,
  primary key (provider, external_user_id)
);

-- A signed request of Meta's, kept before it is answered.
create table app.provider_callback (
  id uuid primary key,
  kind text not null check (kind in ('deauthorize', 'data_deletion')),
  external_user_id text,
  -- A Page that removed the app; then nobody's grant is meant but that Page's.
  profile_external_id text,
  issued_at timestamptz not null,
  -- SHA-256 of what identifies the request: Meta sends again what it believes unheard.
  request_hash bytea not null unique,
  -- SHA-256 of the confirmation code.
  code_hash bytea unique,
  state text not null default 'received' check (state in ('received', 'done')),
  -- Connections that were let go because of it.
  disconnected integer not null default 0,
  received_at timestamptz not null default app.now(),
  done_at timestamptz,
  check ((done_at is not null) = (state = 'done'))
);
create index provider_callback_open on app.provider_callback (received_at) where state = 'received';
`);
  }
}
