/** Branded identifiers: plain strings at run time; the compiler tells one kind from another. */

type Brand<Name extends string> = string & { readonly __brand: Name };

/** The host platform's id of a tenant: `[A-Za-z0-9_-]{1,64}`. */
export type OrgId = Brand<'OrgId'>;
/** The issuer's `sub`: 1 to 255 printable ASCII characters. */
export type UserId = Brand<'UserId'>;
/** UUIDv7s; on the wire they carry a prefix (`conn_…`). */
export type ConnectionId = Brand<'ConnectionId'>;
/** An account's id is also the id of its profile, so that connecting again gives the same one. */
export type ProfileId = Brand<'ProfileId'>;
export type ConnectSessionId = Brand<'ConnectSessionId'>;
export type ReplacedCredentialId = Brand<'ReplacedCredentialId'>;
export type ExchangedGrantId = Brand<'ExchangedGrantId'>;
export type SyncRunId = Brand<'SyncRunId'>;
export type PostId = Brand<'PostId'>;
export type RevocationId = Brand<'RevocationId'>;
export type NoticeId = Brand<'NoticeId'>;
export type MailId = Brand<'MailId'>;
export type PictureId = Brand<'PictureId'>;
