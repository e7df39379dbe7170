/** The tables that are not one organisation's, or are asked before the organisation is known. Every other carries its tenant in its keys. */

/** Rows that belong to no organisation, each with the reason. */
export const WITHOUT_TENANT: Readonly<Record<string, string>> = {
  deployment: 'One row about this database itself: its kind, and the clock of a test.',
  encryption_key: 'Every key that this database was used with, each known by a canary.',
  migration: 'Which migrations have run.',
  migration_checksum: 'What each of them said.',
  organisation: 'The tenants themselves: every other org_id points here.',
  provider_pause: 'A provider as a whole is paused, for everyone.',
  provider_suspicion: 'Whether a provider refuses our app or one account shows across organisations.',
  provider_wait: 'A provider counts calls by app and account, whichever organisation makes them.',
  provider_grant: "Meta's grant belongs to app and person: whoever connects or revokes it meets here.",
  erasure: 'What is left of an organisation that is gone: found by its receipt, and by the id that must not come back.',
  provider_callback: 'Meta tells about a person, and does not know our organisations.',
};

/**
 * Rows of one organisation each, which some statement looks for in all of them, each with the reason. What `DurableWork`
 * looks for is due, whose ever it is: its statements name no table, and a claim by id finds its row by the shape's `key`.
 */
export const READ_ACROSS: Readonly<Record<string, string>> = {
  oauth_attempt:
    'The provider sends a browser back with a state alone: its hash finds the attempt, and that the organisation.',
  connect_session:
    'The connect page is opened with the secret of its link alone; the sweep ends whatever nobody finished in time.',
  exchanged_grant: 'The sweep takes whatever is due, whose ever it is.',
  waiting_grant: 'As a connection: while it waits, the person’s grant is needed.',
  connection: "Meta's grant belongs to app and person: whether it is still needed is asked of all organisations.",
  sync_due: 'The dispatcher takes whatever is due, whose ever it is.',
  revocation: 'The sweep takes whatever is still to be revoked.',
  disconnection: 'Meta has a person erased: their name goes from every receipt.',
  picture: 'The dispatcher takes whatever is due, whose ever it is; a link to one names it alone.',
  export: 'The sweep takes whatever has lain here for a day, and whatever nobody writes.',
  export_chunk: 'They go with their export.',
  mail: 'The sweep takes whatever is still to be sent.',
};

/** Their key is what they are found by, and does not name the organisation. */
export const KEYED_WITHOUT_TENANT: readonly string[] = ['oauth_attempt'];
