/** What an export holds: every table of a tenant, column by column but for secrets; and what stays out, with the reason. */

interface ExportedTable {
  readonly table: string;
  /** Unique within the organisation, in the order of writing; compared as text. */
  readonly key: string;
  /** The column that names the tenant; `org_id` unless told. */
  readonly tenant?: string;
  /** Columns that stay out. */
  readonly without?: readonly string[];
}

export const EXPORTED: readonly ExportedTable[] = [
  { table: 'organisation', key: 'id', tenant: 'id' },
  { table: 'member', key: 'user_id' },
  { table: 'connection', key: 'id' },
  { table: 'account', key: 'id' },
  { table: 'account_grant', key: 'id', without: ['token'] },
  { table: 'profile', key: 'id' },
  { table: 'post', key: 'id' },
  { table: 'post_metric', key: "post_id || '/' || name" },
  { table: 'sync_run', key: 'id' },
  { table: 'disconnection', key: 'id' },
  { table: 'revocation', key: 'id', without: ['access_token', 'refresh_token'] },
  { table: 'notice', key: 'id' },
  { table: 'audit_event', key: 'id' },
];

export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  credential: 'Secrets, and the columns that keep them alive.',
  connect_session: 'Ways in, hashed; what came of them stands in the audit log.',
  oauth_attempt: 'Ways in, hashed.',
  waiting_grant: "Not the organisation's before somebody accepts it, and secret.",
  sync_due: 'When what is due next.',
  notice_read: 'Who has seen which notice.',
  mail: 'What is still to be sent; the notices are there.',
  picture: 'Copies of pictures that the platforms show.',
  export: 'Exports themselves.',
  export_chunk: 'Exports themselves.',
};
