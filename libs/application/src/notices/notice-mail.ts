/** Renders a notice as a mail: plain text, and the same as simple HTML. */
import { noticeWords, plain, type NoticeWords } from '@domain/notice/notice.js';
import { html, type Html } from '../html.js';
import { toWire } from '../wire-ids.js';
import type { OutgoingMail, ClaimedMail } from './ports.js';

const PROVIDERS: Readonly<Record<string, string>> = { meta: 'Meta', x: 'X' };
const STEPS: Readonly<Record<NonNullable<NoticeWords['action']>, string>> = {
  reconnect: 'Reconnect it',
  reauthorize: 'Renew it',
  fix_at_provider: 'Look at it',
};

/** @param link the page where people manage connections, with `{org}` and `{connection}` for their ids; null where none is set */
export function noticeMail({ id, recipient, organisation, notice }: ClaimedMail, link: string | null): OutgoingMail {
  const words = noticeWords(notice.kind, notice.subjectName, notice.details);
  const provider = PROVIDERS[String(notice.details['provider'])];
  const title = provider === undefined ? words.title : `${words.title} (${provider})`;
  const { sentence } = words;
  // The page is that of a connection; there is none for a profile.
  const address = link === null || notice.kind === 'profile_trouble' ? null : filled(link, notice);
  const step = words.action === null ? null : STEPS[words.action];
  const todo =
    step === null ? '' : `${step} ${address === null ? 'where your organisation manages its connections' : 'here'}`;
  const place = plain(organisation);
  const greeting = recipient.name === null ? 'Hello,' : `Hello ${plain(recipient.name)},`;
  const why = `You get this because you look after ${place}. There is one mail for each event.`;
  return {
    id,
    to: { address: recipient.address, name: recipient.name === null ? null : plain(recipient.name) },
    subject: `${place}: ${title}`,
    text: [greeting, sentence, address === null ? `${todo}.` : `${todo}: ${address}`, why].join('\n\n') + '\n',
    html: htmlOf(
      { greeting, title, sentence, why },
      address === null ? html`${todo}.` : html`<a href="${address}">${todo}</a>`,
    ),
  };
}

function filled(link: string, { orgId, subjectId }: ClaimedMail['notice']): string {
  return link.replaceAll('{org}', encodeURIComponent(orgId)).replaceAll('{connection}', toWire('conn', subjectId));
}

function htmlOf(
  { greeting, title, sentence, why }: Readonly<Record<'greeting' | 'title' | 'sentence' | 'why', string>>,
  todo: Html,
): string {
  return html`<p>${greeting}</p>
    <p><strong>${title}</strong></p>
    <p>${sentence}</p>
    <p>${todo}</p>
    <p><small>${why}</small></p> `.text;
}
