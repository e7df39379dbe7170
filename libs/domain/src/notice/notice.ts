/** The kinds of notices and the text of each. A notice is raised once per event. */
import { EXPIRING_DAYS, sentenceOf, type ReauthReason } from '../connection/health.js';
import { DomainError } from '../errors.js';
import { profileAction, profileSentence } from '../profile/status.js';

export const NOTICE_KINDS = ['reconnect_needed', 'token_expires', 'data_access_expires', 'profile_trouble'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A notice is raised as each of these numbers of days before an expiry is reached; first, as health shows `expiring`. */
export const EXPIRY_NOTICE_DAYS = [EXPIRING_DAYS, 7, 1] as const;

export type NoticeDetails = Readonly<Record<string, string | number | null>>;

export type NoticeAction = 'reconnect' | 'reauthorize' | 'fix_at_provider';

export interface NoticeWords {
  readonly title: string;
  readonly sentence: string;
  /** What to do; null where there is nothing to do. */
  readonly action: NoticeAction | null;
}

const KEPT_OF_ONE = 'Its switches and history stay as they are.';
const KEPT = 'Its profiles, switches and history stay as they are.';

type Wording = (name: string, details: NoticeDetails) => NoticeWords;

const WORDS: Record<NoticeKind, Wording> = {
  reconnect_needed: (name, { reason }) => ({
    title: `Reconnect ${name}`,
    sentence: `${sentenceOf(reason as ReauthReason)} Until then nothing is read or published through ${name}. ${KEPT}`,
    action: 'reconnect',
  }),
  token_expires: (name, { days, expires_at }) => ({
    title: `${name} expires ${within(days)}`,
    sentence: `The connection ${name} ends ${on(expires_at)}. Reconnect it before then. ${KEPT}`,
    action: 'reconnect',
  }),
  data_access_expires: (name, { days, expires_at }) => ({
    title: `Access to the data of ${name} lapses ${within(days)}`,
    sentence: `Access to the data of ${name} lapses ${on(expires_at)}. Renew it with one click before then.`,
    action: 'reauthorize',
  }),
  profile_trouble: (name, { reason }) => ({
    title: `${name} cannot be used`,
    sentence: `${profileSentence(String(reason))} Until then ${name} is only tried now and then. ${KEPT_OF_ONE}`,
    action: profileAction(String(reason)),
  }),
};

export function noticeWords(kind: NoticeKind, subjectName: string, details: NoticeDetails): NoticeWords {
  return WORDS[kind](plain(subjectName), details);
}

const LONGEST_NAME = 80;

/** A name from outside inside a sentence of ours: one line, no control characters, and not endless. */
export function plain(name: string): string {
  const line = name
    .replaceAll(/(?:[\p{Cc}\p{Zl}\p{Zp}\s]|(?![\u200C\u200D])\p{Cf})+/gu, ' ')
    .toWellFormed()
    .trim();
  if (line === '') return 'without a name';
  const characters = Array.from(new Intl.Segmenter().segment(line), ({ segment }) => segment);
  return characters.length <= LONGEST_NAME ? line : `${characters.slice(0, LONGEST_NAME - 1).join('')}…`;
}

function within(days: NoticeDetails[string] | undefined): string {
  return days === 1 ? 'within a day' : `within ${days} days`;
}

function on(instant: NoticeDetails[string] | undefined): string {
  const form = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `on ${form.format(new Date(instant ?? Number.NaN))} UTC`;
}

export class NoticeNotFound extends DomainError {
  constructor() {
    super('missing', 'There is no such notice.');
  }
}
