/** What a disconnect would do, and the receipt of what it did. */
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { sql } from 'kysely';
import type { DisconnectionView, DisconnectPreviewView } from '@application/letting-go/disconnection.view.js';
import { GetReceipt, PreviewDisconnect } from '@application/letting-go/preview-disconnect.js';
import { Providers } from '@application/ports/provider.js';
import { toWire } from '@application/wire-ids.js';
import { ConnectionNotFound } from '@domain/connection/connection.js';
import type { ProviderName } from '@domain/platform.js';
import { Database, iso } from '../database.js';

@QueryHandler(PreviewDisconnect)
export class PreviewDisconnectHandler implements IQueryHandler<PreviewDisconnect> {
  constructor(private readonly database: Database) {}

  async execute({ orgId, id }: PreviewDisconnect): Promise<DisconnectPreviewView> {
    const [connection] = await this.database.read(sql<{
      provider: ProviderName;
      external_user_id: string;
      shared: boolean;
      syncs: number;
      posts: number;
    }>`
      select c.provider, c.external_user_id,
        c.provider = 'meta' and exists (select 1 from app.connection other
          where other.provider = c.provider and other.external_user_id = c.external_user_id and other.id <> c.id) as shared,
        (select count(*)::int from app.sync_run r join app.profile p on p.org_id = r.org_id and p.id = r.account_id
          where p.org_id = c.org_id and p.connection_id = c.id and r.state in ('queued', 'running', 'waiting')) as syncs,
        (select count(*)::int from app.post t join app.profile p on p.org_id = t.org_id and p.id = t.account_id
          where p.org_id = c.org_id and p.connection_id = c.id) as posts
      from app.connection c where c.org_id = ${orgId} and c.id = ${id}`);
    if (connection === undefined) throw new ConnectionNotFound();
    const profiles = await this.database.read(sql<{ id: string; name: string; passes_to: string | null }>`
      select p.id, a.name, (
        select g.connection_id from app.account_grant g
        join app.connection heir on heir.org_id = g.org_id and heir.id = g.connection_id
        where g.org_id = p.org_id and g.account_id = p.id and g.connection_id <> p.connection_id and g.granted
        order by heir.authorised_at desc limit 1) as passes_to
      from app.profile p join app.account a on a.org_id = p.org_id and a.id = p.id
      where p.org_id = ${orgId} and p.connection_id = ${id} order by p.platform, a.name`);
    return {
      connection_id: toWire('conn', id),
      profiles: profiles.map((row) => ({
        id: toWire('prof', row.id),
        name: row.name,
        passes_to: row.passes_to === null ? null : toWire('conn', row.passes_to),
      })),
      syncs_to_cancel: connection.syncs,
      posts_to_cancel: 0,
      posts_kept: connection.posts,
      grants: [
        {
          provider: connection.provider,
          external_user_id: connection.external_user_id,
          revocation: connection.shared ? 'kept_shared_grant' : 'revoke',
        },
      ],
    };
  }
}

interface ReceiptRow {
  id: string;
  connection_id: string;
  provider: ProviderName;
  display_name: string;
  at: string;
  requested_by: string | null;
  profiles_removed: number;
  profiles_passed_on: number;
  runs_canceled: number;
  posts_kept: number;
  outcome: DisconnectionView['revocations'][number]['outcome'];
  ended_at: string | null;
}

@QueryHandler(GetReceipt)
export class GetReceiptHandler implements IQueryHandler<GetReceipt> {
  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
  ) {}

  async execute({ orgId, connectionId }: GetReceipt): Promise<DisconnectionView> {
    const rows = await this.database.read(sql<ReceiptRow>`
      select d.id, d.connection_id, d.provider, d.display_name, d.at, d.requested_by, d.profiles_removed,
        d.profiles_passed_on, d.runs_canceled, d.posts_kept, r.outcome, r.ended_at
      from app.disconnection d join app.revocation r on r.org_id = d.org_id and r.disconnection_id = d.id
      where d.org_id = ${orgId} and d.connection_id = ${connectionId} order by r.id`);
    const [row] = rows;
    if (row === undefined) throw new ConnectionNotFound();
    return {
      id: toWire('disc', row.id),
      connection_id: toWire('conn', row.connection_id),
      provider: row.provider,
      display_name: row.display_name,
      at: iso(row.at),
      requested_by: row.requested_by,
      profiles_removed: row.profiles_removed,
      profiles_passed_on: row.profiles_passed_on,
      syncs_canceled: row.runs_canceled,
      posts_kept: row.posts_kept,
      revocations: rows.map((one) => ({
        provider: one.provider,
        outcome: one.outcome,
        ended_at: iso(one.ended_at),
        connected_apps_url: this.providers.of(one.provider).connectedAppsUrl,
      })),
    };
  }
}
