/** Lists the handlers and services of this folder. */
import { MailDelivery } from './mail-delivery.js';
import { MarkNoticeHandler } from './mark-notice.js';
import { ReadAllNoticesHandler } from './read-all-notices.js';
import { SendMailHandler } from './send-mail.js';
import { SweepMailHandler } from './sweep-mail.js';
import { WarnOfExpiryHandler } from './warn-of-expiry.js';

export const handlers = [
  MarkNoticeHandler,
  ReadAllNoticesHandler,
  SendMailHandler,
  SweepMailHandler,
  WarnOfExpiryHandler,
];

/** Collaborators that several verbs share. */
export const services = [MailDelivery];
