/** Ports of notices: readers' marks, expiries, the outbox of mail, and the mailer. */
import type { ConnectionId, MailId, NoticeId, OrgId, UserId } from '@domain/ids.js';
import type { NoticeDetails, NoticeKind } from '@domain/notice/notice.js';
import type { ProviderName } from '@domain/platform.js';
import type { Claimed, WorkPolicy } from '../ports/durable-work.js';

/** @see PostgresNoticeMarks */
export abstract class NoticeMarks {
  /** Sets one person's mark. False: the organisation has no such notice. */
  abstract set(id: NoticeId, orgId: OrgId, userId: UserId, read: boolean): Promise<boolean>;
  /** Marks this notice and everything older as read. False: the organisation has no such notice. */
  abstract readUpTo(id: NoticeId, orgId: OrgId, userId: UserId): Promise<boolean>;
}

/** An expiry that only a person can renew, and the warning that is due for it. */
export interface NearExpiry {
  readonly orgId: OrgId;
  readonly connectionId: ConnectionId;
  readonly name: string;
  readonly provider: ProviderName;
  readonly kind: Extract<NoticeKind, 'token_expires' | 'data_access_expires'>;
  readonly expiresAt: Date;
  readonly days: number;
}

/** @see PostgresExpiries */
export abstract class Expiries {
  /**
   * Expiries within one of these numbers of days, each with the smallest number that applies, unless that warning was
   * raised. Those that are over, connections that need a person and suspended organisations are left out.
   */
  abstract near(days: readonly number[], limit: number): Promise<readonly NearExpiry[]>;
}

/** A mail that could not be sent within three days is not sent any more. */
export const MAIL_POLICY: WorkPolicy = {
  // Far longer than a try takes: a sender that has not reported by then is lost.
  leaseSeconds: 600,
  backoff: { firstSeconds: 60, mostSeconds: 6 * 3_600 },
  giveUpAfter: { seconds: 3 * 86_400 },
};

/** One mail to one person about one notice, claimed by one worker and marked as being sent. */
export interface ClaimedMail extends Claimed {
  readonly id: MailId;
  readonly recipient: { readonly address: string; readonly name: string | null };
  readonly organisation: string;
  readonly notice: {
    readonly orgId: OrgId;
    readonly kind: NoticeKind;
    /** The connection's id. */
    readonly subjectId: string;
    readonly subjectName: string;
    readonly details: NoticeDetails;
  };
}

/**
 * `sent`: the server accepted it · `refused`: the server refused it for good · `later`: certainly not accepted, another
 * try may succeed · `unknown`: the text was on its way when the connection ended. `problem` is a code, never an
 * address.
 */
export type MailOutcome =
  { readonly is: 'sent' } | { readonly is: 'refused' | 'later' | 'unknown'; readonly problem: string };

/** @see PostgresMailOutbox */
export abstract class MailOutbox {
  /**
   * Marks a due mail as being sent, before a byte is sent: after that it is sent again only where the server is known
   * not to have accepted it. null where there is nothing to send; it was canceled where the recipient is no Admin or
   * Owner any more. Mail of an organisation whose jobs do not run waits.
   */
  abstract claim(id: MailId): Promise<ClaimedMail | null>;
  /** Those that have been due longest: for the sweep behind the queue. */
  abstract claimDue(limit: number): Promise<readonly ClaimedMail[]>;
  abstract complete(mail: ClaimedMail): Promise<void>;
  abstract retry(mail: ClaimedMail, seconds: number, problem: string): Promise<void>;
  /** @param as `failed`: it was tried for long enough */
  abstract giveUp(mail: ClaimedMail, as: 'refused' | 'unknown' | 'failed', problem: string): Promise<void>;
  /** Ends those whose sender was lost as `unknown`: unlike other durable work they are not claimed again. */
  abstract giveUpStalled(): Promise<void>;
}

export interface OutgoingMail {
  /** Part of the Message-ID, so that a receiver recognises a repetition. */
  readonly id: string;
  readonly to: { readonly address: string; readonly name: string | null };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** @see SmtpMailer, NoMailer */
export abstract class Mailer {
  abstract readonly configured: boolean;
  /** The page where people manage connections, with `{org}` and `{connection}` for their ids. */
  abstract readonly link: string | null;
  /** One try, within half a minute. Never throws. */
  abstract send(mail: OutgoingMail): Promise<MailOutcome>;
}
