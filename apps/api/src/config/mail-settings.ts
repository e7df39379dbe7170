/** How mail about notices leaves the house; both settings or none. */
import type { Settings } from './settings.js';

export interface MailSettings {
  /** `smtp://` or `smtps://`. */
  readonly url: string;
  /** `Name <address>` or an address. */
  readonly from: string;
  /** Page for a notice's connection, with `{org}` and `{connection}` for the ids; null: mails hold no link. */
  readonly link: string | null;
}

const SETTINGS = ['SMTP_URL', 'MAIL_FROM', 'MAIL_LINK'];

/** null: notices are not mailed. */
export function mailSettings(settings: Settings): MailSettings | null {
  if (SETTINGS.every((name) => settings.optional(name) === undefined)) return null;
  return {
    url: smtpUrl(settings, settings.required('SMTP_URL', 'smtps://user:password@host')),
    from: mailbox(settings, settings.required('MAIL_FROM', 'Name <address>, or an address')),
    link: link(settings, settings.optional('MAIL_LINK')),
  };
}

function link(settings: Settings, value: string | undefined): string | null {
  if (value === undefined) return null;
  const page = value.replaceAll('{org}', 'org').replaceAll('{connection}', 'connection');
  const url = URL.canParse(page) ? new URL(page) : null;
  if (url === null || !['https:', 'http:'].includes(url.protocol) || url.username !== '' || /[{}]/.test(page))
    settings.problems.push('MAIL_LINK has to be a URL, in which {org} and {connection} stand for the ids.');
  return value;
}

/** `smtps://`, or `smtp://` to be upgraded by STARTTLS. */
function smtpUrl(settings: Settings, value: string): string {
  if (value === '') return '';
  const url = URL.canParse(value) ? new URL(value) : null;
  const fits = url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
  if (fits && ['', '/'].includes(url.pathname) && url.search === '' && url.hash === '') return value;
  settings.problems.push('SMTP_URL has to be smtps://user:password@host:port, or smtp://…');
  return '';
}

const ADDRESS = String.raw`[^\s<>@,;]+@[^\s<>@,;]+`;
const MAILBOX = new RegExp(String.raw`^(?:[^<>@\p{Cc}]{1,100}<${ADDRESS}>|${ADDRESS})$`, 'u');

function mailbox(settings: Settings, value: string): string {
  if (value === '' || MAILBOX.test(value)) return value;
  settings.problems.push('MAIL_FROM has to be an address, or Name <address>.');
  return '';
}
