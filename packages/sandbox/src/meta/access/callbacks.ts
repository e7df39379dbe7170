/** The signed callbacks that Meta sends to an app: deauthorize and data deletion (docs/providers/meta.md, "Deauthorize callback", "Data-deletion callback"). */
import type { App } from '../../core/apps.js';
import type { Directory } from '../people/directory.js';
import type { MetaSettings } from './settings.js';
import { signRequest, type SignedPayload } from './proof.js';

const SCHEMA = `
create table if not exists meta_callbacks (
  id integer primary key, kind text not null, app_id text not null, person_id text not null, url text not null,
  signed_request text not null, status integer, answer text, sent_at integer not null);
`;

export type CallbackKind = 'deauthorize' | 'data_deletion';

export interface SentCallback {
  readonly id: number;
  readonly kind: string;
  readonly person_id: string;
  readonly url: string;
  readonly signed_request: string;
  /** 0 when there was no answer; null while it is being sent. */
  readonly status: number | null;
  readonly answer: string | null;
}

/** Where each kind goes is a setting of the app; without an address nothing is sent. */
const SETTING = { deauthorize: 'deauthorize_url', data_deletion: 'data_deletion_url' } as const;

export class Callbacks {
  private readonly underway = new Set<Promise<void>>();

  constructor(
    private readonly directory: Directory,
    private readonly settings: MetaSettings,
  ) {
    directory.world.store.db.exec(SCHEMA);
  }

  /** Sends in the background; what caused the callback never waits for it. Gives the row's id, or undefined where no address is set. */
  send(kind: CallbackKind, app: App, subject: { personId: string; pageId?: string }): number | undefined {
    const url = app.settings[SETTING[kind]];
    if (typeof url !== 'string' || url === '' || app.clientSecret === undefined) return undefined;
    const issuedAt = Math.floor(this.directory.world.clock.now(subject.personId || undefined) / 1000);
    // A Page that removes the app is named by profile_id, and user_id is 0.
    const payload: SignedPayload =
      subject.pageId === undefined
        ? { user_id: subject.personId, issued_at: issuedAt, expires: issuedAt + 3600 }
        : { user_id: 0, profile_id: subject.pageId, issued_at: issuedAt, expires: issuedAt + 3600 };
    const signed = signRequest(payload, app.clientSecret);
    const id = Number(this.directory.one('select coalesce(max(id), 0) + 1 as next from meta_callbacks')?.['next']);
    this.directory.run(
      'insert into meta_callbacks (id, kind, app_id, person_id, url, signed_request, sent_at) values (?, ?, ?, ?, ?, ?, ?)',
      id,
      kind,
      app.clientId,
      subject.personId,
      url,
      signed,
      issuedAt,
    );
    const attempts = 1 + this.settings.number('callback_retries', app, this.directory.person(subject.personId));
    const work = this.deliver(id, url, signed, attempts).finally(() => this.underway.delete(work));
    this.underway.add(work);
    return id;
  }

  list(personId: string | undefined): SentCallback[] {
    const rows = this.directory.all(
      'select * from meta_callbacks where ?1 is null or person_id = ?1 order by id',
      personId ?? null,
    );
    return rows.map((row) => ({
      id: Number(row['id']),
      kind: String(row['kind']),
      person_id: String(row['person_id']),
      url: String(row['url']),
      signed_request: String(row['signed_request']),
      status: row['status'] === null ? null : Number(row['status']),
      answer: row['answer'] === null ? null : String(row['answer']),
    }));
  }

  /** Settles when every callback was sent; the server waits for it before the store closes. */
  async settled(): Promise<void> {
    await Promise.all(this.underway);
  }

  private async deliver(id: number, url: string, signed: string, attempts: number): Promise<void> {
    for (let left = attempts; left > 0; left -= 1) {
      const { status, text } = await post(url, signed);
      this.directory.run(
        'update meta_callbacks set status = ?, answer = ? where id = ?',
        status,
        text.slice(0, 2000),
        id,
      );
      if (status === 200) return;
    }
  }
}

async function post(url: string, signed: string): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ signed_request: signed }),
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    });
    return { status: response.status, text: await response.text() };
  } catch {
    return { status: 0, text: '' };
  }
}
