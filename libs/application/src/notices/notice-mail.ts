/** A notice as a letter: plain text, and the same as simple HTML. */
import { noticeWords, plain } from '@domain/notice/notice.js';
import type { OutgoingMail, TakenMail } from './ports.js';

export function noticeMail({ id, recipient, organisation, notice }: TakenMail): OutgoingMail {
  const { title, sentence } = noticeWords(notice.kind, notice.subjectName, notice.details);
  const place = plain(organisation);
  const greeting = recipient.name === null ? 'Hello,' : `Hello ${plain(recipient.name)},`;
  const why = `You get this because you look after ${place}. There is one mail for each event.`;
  return {
    id,
    to: { address: recipient.address, name: recipient.name === null ? null : plain(recipient.name) },
    subject: `${place}: ${title}`,
    text: `${greeting}\n\n${sentence}\n\n${why}\n`,
    html: `<p>${escape(greeting)}</p>\n<p><strong>${escape(title)}</strong></p>\n<p>${escape(sentence)}</p>\n<p><small>${escape(why)}</small></p>\n`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}
