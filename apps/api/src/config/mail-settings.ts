/** Reads the settings of mail; `SMTP_URL` and `MAIL_FROM` are set together. */
import { z } from 'zod';
import { required, text } from './setting.js';

export interface MailSettings {
  /** `smtp://` or `smtps://`. */
  readonly url: string;
  /** `Name <address>` or an address. */
  readonly from: string;
  /** Page for a notice's connection, with `{org}` and `{connection}` for the ids; null: mails have no link. */
  readonly link: string | null;
}

export const MAIL_SETTINGS = ['SMTP_URL', 'MAIL_FROM', 'MAIL_LINK'];

const ADDRESS = String.raw`[^\s<>@,;]+@[^\s<>@,;]+`;
const MAILBOX = new RegExp(String.raw`^(?:[^<>@\p{Cc}]{1,100}<${ADDRESS}>|${ADDRESS})$`, 'u');

/** `smtps://`, or `smtp://` to be upgraded by STARTTLS. */
function isSmtpUrl(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  const fits = url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
  return fits && ['', '/'].includes(url.pathname) && url.search === '' && url.hash === '';
}

function isLink(value: string): boolean {
  const page = value.replaceAll('{org}', 'org').replaceAll('{connection}', 'connection');
  const url = URL.canParse(page) ? new URL(page) : null;
  return url !== null && ['https:', 'http:'].includes(url.protocol) && url.username === '' && !/[{}]/.test(page);
}

const unless = (fits: (value: string) => boolean, problem: string) => text((value) => (fits(value) ? null : problem));

export const MAIL = z
  .object({
    SMTP_URL: required('smtps://user:password@host').pipe(
      unless(isSmtpUrl, 'has to be smtps://user:password@host:port, or smtp://…'),
    ),
    MAIL_FROM: required('Name <address>, or an address').pipe(
      unless((value) => MAILBOX.test(value), 'has to be an address, or Name <address>'),
    ),
    MAIL_LINK: unless(isLink, 'has to be a URL, in which {org} and {connection} stand for the ids').optional(),
  })
  .transform(({ SMTP_URL, MAIL_FROM, MAIL_LINK }): MailSettings => ({
    url: SMTP_URL,
    from: MAIL_FROM,
    link: MAIL_LINK ?? null,
  }));
