/** What this folder brings to the program. */
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
