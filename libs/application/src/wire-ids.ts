/** Ids on the wire: TypeIDs (github.com/jetify-com/typeid), a prefix that says what it is and the UUID in base 32. */
import { fromString, toUUID, TypeID } from 'typeid-js';
import { DomainError } from '@domain/errors.js';
import type { ConnectionId, ConnectSessionId, NoticeId, PostId, ProfileId, SyncRunId } from '@domain/ids.js';

interface Prefixes {
  conn: ConnectionId;
  prof: ProfileId;
  csess: ConnectSessionId;
  run: SyncRunId;
  post: PostId;
  disc: string;
  rev: string;
  ntc: NoticeId;
  audit: string;
  exp: string;
}
export type Prefix = keyof Prefixes;

/** A type of its own, so that the compiler refuses a bare UUID where an id on the wire is expected. */
export type WireId = string & { readonly __wire: true };

export function toWire(prefix: Prefix, uuid: string): WireId {
  return TypeID.fromUUID(prefix, uuid).toString() as WireId;
}

/**
 * @param field where the caller wrote it
 * @throws IdMalformed where the text cannot be such an id; whether the id exists is not checked
 */
export function fromWire<P extends Prefix>(prefix: P, wire: string, field: string | null = null): Prefixes[P] {
  try {
    return toUUID(fromString(wire, prefix)) as Prefixes[P];
  } catch {
    throw new IdMalformed(prefix, field);
  }
}

export class IdMalformed extends DomainError {
  constructor(
    prefix: Prefix,
    readonly field: string | null = null,
  ) {
    super('malformed', `An id of this kind starts with ${prefix}_ and has 26 characters after it.`, { prefix });
  }
}
