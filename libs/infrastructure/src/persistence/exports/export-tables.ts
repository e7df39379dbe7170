/**
 * Lists what an export holds, every table of a tenant with its columns except secrets, and what is left out, with the
 * reason.
 */

import type { Prefix } from '@application/wire-ids.js';

interface ExportedTable {
  readonly table: string;
  /**
   * Columns that are unique within the organisation, in the order of writing; with it, they are the first columns of an
   * index.
   */
  readonly key: Readonly<Record<string, 'uuid' | 'text'>>;
  /** The column that names the tenant; `org_id` by default. */
  readonly tenant?: string;
  /** Columns with ids that the API shows, and the kind of each id. */
  readonly ids?: Readonly<Record<string, Prefix>>;
  /** Columns that are left out. */
  readonly without?: readonly string[];
}

const BY_ID = { id: 'uuid' } as const;

export const EXPORTED: readonly ExportedTable[] = [
  { table: 'organisation', key: { id: 'text' }, tenant: 'id' },
  { table: 'member', key: { user_id: 'text' } },
  // Addresses of pictures at the platforms hold the person's id, and signatures.
  { table: 'connection', key: BY_ID, ids: { id: 'conn' }, without: ['picture_url'] },
  { table: 'account', key: BY_ID, ids: { id: 'prof' }, without: ['picture_url'] },
  { table: 'account_grant', key: BY_ID, ids: { connection_id: 'conn', account_id: 'prof' }, without: ['token'] },
  { table: 'profile', key: BY_ID, ids: { id: 'prof', connection_id: 'conn' } },
  { table: 'post', key: BY_ID, ids: { id: 'post', account_id: 'prof' } },
  { table: 'post_metric', key: { post_id: 'uuid', name: 'text' }, ids: { post_id: 'post' } },
  { table: 'sync_run', key: BY_ID, ids: { id: 'run', account_id: 'prof' } },
  { table: 'disconnection', key: BY_ID, ids: { id: 'disc', connection_id: 'conn' } },
  {
    table: 'revocation',
    key: BY_ID,
    ids: { id: 'rev', disconnection_id: 'disc' },
    without: ['access_token', 'refresh_token', 'presented_hash'],
  },
  { table: 'notice', key: BY_ID, ids: { id: 'ntc', subject_id: 'conn' } },
  { table: 'audit_event', key: BY_ID, ids: { id: 'audit' } },
];

export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  credential: 'Secrets, and the columns of the refresh protocol.',
  connect_session: 'Hashed secrets; the outcomes are in the audit log.',
  oauth_attempt: 'Hashed secrets.',
  replaced_credential: 'Secrets that are to be revoked.',
  exchanged_grant: 'Secrets that are not a connection yet.',
  waiting_grant: "Secret, and not the organisation's before a member accepts it.",
  sync_due: 'When each profile is due next.',
  notice_read: 'Who has seen which notice.',
  mail: 'Mail that is still to be sent; the notices are exported.',
  picture: 'Copies of pictures that the platforms show.',
  export: 'Exports themselves.',
  export_chunk: 'Exports themselves.',
};
