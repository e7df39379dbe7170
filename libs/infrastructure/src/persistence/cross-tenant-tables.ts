/** Lists the tables that belong to no organisation, or are read before the organisation is known. All others have org_id in their keys. */

/** Rows that belong to no organisation, each with the reason. */
export const WITHOUT_TENANT: Readonly<Record<string, string>> = {
  deployment: 'One row about this database itself: its kind, and the clock of a test.',
  encryption_key: 'Every key that this database was used with, each known by a canary.',
  migration: 'Which migrations have run.',
  migration_checksum: 'The checksum of each of them.',
  organisation: 'The tenants themselves: every other org_id points here.',
  provider_pause: 'A provider is paused as a whole, for all organisations.',
  provider_suspicion: 'Whether a provider refuses our app or one account shows across organisations.',
  provider_wait: 'A provider counts calls by app and account, whichever organisation makes them.',
  provider_grant:
    "Meta's grant belongs to app and person: connects and revocations of all organisations lock this row.",
  erasure:
    'The tombstone of an erased organisation: found by its receipt, and by the id that must not be created again.',
  provider_callback: 'Meta names a person, and does not know our organisations.',
};

/**
 * Tables of organisations that some statement reads across all of them, each with the reason. `DurableWork` claims due
 * rows of all organisations: its statements name no table, and a claim by id finds its row by the shape's `key`.
 */
export const READ_ACROSS: Readonly<Record<string, string>> = {
  oauth_attempt:
    'The provider sends a browser back with a state alone: its hash finds the attempt, and that the organisation.',
  connect_session:
    'The connect page is opened with the secret of its link alone; the sweep ends sessions that were not finished in time.',
  exchanged_grant: 'The sweep claims due rows of all organisations.',
  waiting_grant: 'As a connection: while it waits, the person’s grant is in use.',
  connection: "Meta's grant belongs to app and person: whether it is still in use is read from all organisations.",
  sync_due: 'The dispatcher claims due rows of all organisations.',
  revocation: 'The sweep claims what is still to be revoked.',
  disconnection: 'Meta asks for the deletion of a person: the name is deleted from every receipt.',
  picture: 'The dispatcher claims due rows of all organisations; a link names the picture alone.',
  export: 'The sweep deletes exports that are a day old, and sends jobs for those that no worker writes.',
  export_chunk: 'They are deleted with their export.',
  mail: 'The sweep claims mail that is still to be sent.',
};

/** Tables that are found by a key without the organisation. */
export const KEYED_WITHOUT_TENANT: readonly string[] = ['oauth_attempt'];
