/**
 * Sends mail over SMTP: one connection and one try for each, with an outcome that tells whether the server accepted it.
 */
import { Logger } from '@nestjs/common';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { Mailer, type MailOutcome, type OutgoingMail } from '@application/notices/ports.js';

export interface SmtpSettings {
  /** `smtps://user:password@host:465`, or `smtp://…`, which upgrades by STARTTLS except on loopback. */
  readonly url: string;
  /** `Name <address>` or an address. */
  readonly from: string;
  /** Page for a notice's connection, with `{org}` and `{connection}` for the ids. */
  readonly link?: string | null;
  readonly connectMs?: number;
  readonly totalMs?: number;
}

const CONNECT_MS = 5_000;
const TOTAL_MS = 30_000;

/** One address and nothing else: no list, no comment, no line break that would begin a header. */
const ONE_ADDRESS = /^[^\s<>@,;:"()[\]\\]+@[^\s<>@,;:"()[\]\\]+$/u;

export class SmtpMailer extends Mailer {
  override readonly configured = true;
  override readonly link: string | null;
  private readonly log = new Logger('Mail');

  constructor(private readonly settings: SmtpSettings) {
    super();
    this.link = settings.link ?? null;
  }

  override async send(mail: OutgoingMail): Promise<MailOutcome> {
    const { address } = mail.to;
    const outcome: MailOutcome = ONE_ADDRESS.test(address)
      ? await this.converse(address, await this.compose(mail))
      : { is: 'refused', problem: 'address_malformed' };
    // Without an address: the outbox has the recipient under this id.
    if (outcome.is !== 'sent')
      this.log.warn({ mail_id: mail.id, outcome: outcome.is, problem: outcome.problem }, 'Mail not sent');
    return outcome;
  }

  private compose({ id, to, subject, text, html }: OutgoingMail): Promise<Buffer> {
    const { from } = this.settings;
    const domain = /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
    const composer = new MailComposer({
      from,
      to: { name: to.name ?? '', address: to.address },
      subject,
      text,
      html,
      messageId: `<${id}@${domain}>`,
      // RFC 3834: suppresses automatic replies, which no person would read.
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    return composer.compile().build();
  }

  private async converse(to: string, message: Buffer): Promise<MailOutcome> {
    const { url, from, connectMs = CONNECT_MS, totalMs = TOTAL_MS } = this.settings;
    const { protocol, hostname, port, username, password } = new URL(url);
    const secure = protocol === 'smtps:';
    const connection = new SMTPConnection({
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      secure,
      requireTLS: !secure && !isLoopback(hostname),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      socketTimeout: totalMs,
    });
    const letter = new Letter(message);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const step = (next: () => void) => (error?: unknown) => (error ? reject(error) : next());
    const deadline = setTimeout(() => reject(new Error('deadline')), totalMs);
    connection.on('error', reject);
    try {
      connection.connect(
        step(() => {
          const hand = (): void => connection.send({ from: bare(from), to }, letter, step(resolve));
          if (username === '') hand();
          else connection.login({ user: decodeURIComponent(username), pass: decodeURIComponent(password) }, step(hand));
        }),
      );
      await promise;
      return { is: 'sent' };
    } catch (error) {
      return judge(error, letter.begun);
    } finally {
      clearTimeout(deadline);
      connection.close();
    }
  }
}

/** The text as a stream that records whether reading has begun, which is after the server agreed to accept it. */
class Letter extends Readable {
  begun = false;

  constructor(private readonly message: Buffer) {
    super();
  }

  override _read(): void {
    this.begun = true;
    this.push(this.message);
    this.push(null);
  }
}

/** For a deployment without mail: no mail is written to the outbox, and the mail in it waits. */
export class NoMailer extends Mailer {
  override readonly configured = false;
  override readonly link = null;

  override send(): Promise<MailOutcome> {
    return Promise.resolve({ is: 'later', problem: 'not_configured' });
  }
}

interface SmtpError {
  readonly code?: string;
  /** The server's own three digits (RFC 5321 §4.2.1). */
  readonly responseCode?: number;
  readonly command?: string;
}

function judge(error: unknown, begun: boolean): MailOutcome {
  const { code, responseCode, command } = error as SmtpError;
  // A 421 ends the connection, at any time: it does not tell whether a text in progress was accepted.
  const answered = responseCode !== undefined && (!begun || (command === 'DATA' && responseCode !== 421));
  if (!answered) {
    const problem = responseCode === undefined ? (code ?? 'timeout').toLowerCase() : `smtp_${responseCode}`;
    return { is: begun ? 'unknown' : 'later', problem };
  }
  // For a recipient or the text, a 5xx is final; for our own sign-in or sender it is a setting that the operator has to
  // fix.
  const forGood = responseCode >= 500 && (command === 'RCPT TO' || begun);
  return { is: forGood ? 'refused' : 'later', problem: `smtp_${responseCode}` };
}

function bare(from: string): string {
  return /<([^<>]+)>$/.exec(from)?.[1] ?? from;
}

function isLoopback(hostname: string): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
