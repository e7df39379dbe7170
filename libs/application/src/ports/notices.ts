/** Telling people: one notice per event, in the transaction of what happened; mail follows where it is configured. */
import type { OrgId } from '@domain/ids.js';

export type NoticeKind = 'reconnect_needed' | 'token_expires' | 'data_access_expires';

export interface NewNotice {
  readonly orgId: OrgId;
  readonly kind: NoticeKind;
  /** What the event is about: `connection` and its id. */
  readonly subject: { readonly kind: 'connection'; readonly id: string; readonly name: string };
  /** Names the event: raising it again, by whomever and however often, changes nothing. */
  readonly event: string;
  readonly details: Readonly<Record<string, string | number | null>>;
}

export abstract class Notices {
  /** Inside a run. True: the event was new. */
  abstract raise(notice: NewNotice): Promise<boolean>;
}
