/** What a notice looks like from outside, to one person: the mark is their own. */
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
  /** Whether whoever asks has marked it as read; false for a service that speaks for nobody. */
  read!: boolean;
  subject!: NoticeSubjectView;
  title!: string;
  /** For people: what happened, and what to do. */
  sentence!: string;
  /** What to do; null where there is nothing to do, also because the connection is gone by now. */
  action!: NoticeAction | null;
  /** Facts, by kind. */
  details!: Record<string, string | number | null>;
}
