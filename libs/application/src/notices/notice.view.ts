/** A notice, as the API shows it to one person, with that person's mark. */
import type { NoticeAction, NoticeKind } from '@domain/notice/notice.js';

export class NoticeSubjectView {
  kind!: 'connection' | 'profile';
  id!: string;
  /** As it was called when it happened. */
  name!: string;
}

export class NoticeView {
  id!: string;
  kind!: NoticeKind;
  /** RFC 3339. */
  at!: string;
  /** Whether the caller has marked it as read; false for a service on no member's behalf. */
  read!: boolean;
  subject!: NoticeSubjectView;
  title!: string;
  /** For people: what happened, and what to do. */
  sentence!: string;
  /** What to do; null where there is nothing to do, also because the connection has ended. */
  action!: NoticeAction | null;
  /** Facts, by kind. */
  details!: Record<string, string | number | null>;
}
