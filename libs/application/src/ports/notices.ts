/** The port of notices: one per event, in the transaction of the event; mail follows where it is configured. */
import type { OrgId } from '@domain/ids.js';
import type { NoticeDetails, NoticeKind } from '@domain/notice/notice.js';

export type { NoticeKind };

export interface NewNotice {
  readonly orgId: OrgId;
  readonly kind: NoticeKind;
  /** What the event is about: its id as it is stored, and its name at the time. */
  readonly subject: { readonly kind: 'connection' | 'profile'; readonly id: string; readonly name: string };
  /** Names the event: raising it again, in any process, changes nothing. */
  readonly event: string;
  /**
   * Facts for the text and for programs. `reconnect_needed`: `reason`, `provider` · `token_expires`,
   * `data_access_expires`: `expires_at` (RFC 3339), `days`, `provider` · `profile_trouble`: `reason`, `platform`.
   */
  readonly details: NoticeDetails;
}

/** @see PostgresNotices */
export abstract class Notices {
  /** Inside a run. Returns how many of the events were new. */
  abstract raiseAll(notices: readonly NewNotice[]): Promise<number>;

  /** Inside a run. True: the event was new. */
  async raise(notice: NewNotice): Promise<boolean> {
    return (await this.raiseAll([notice])) > 0;
  }
}
