/** Binds the ports to the adapters of this folder. */
import type { Provider } from '@nestjs/common';
import { Expiries, MailOutbox, NoticeMarks } from '@application/notices/ports.js';
import { Notices } from '@application/ports/notices.js';
import { PostgresExpiries } from './expiry.table.js';
import { PostgresMailOutbox } from './mail.table.js';
import { PostgresNoticeMarks, PostgresNotices } from './notice.table.js';

export const adapters: Provider[] = [
  { provide: Notices, useClass: PostgresNotices },
  { provide: NoticeMarks, useClass: PostgresNoticeMarks },
  { provide: MailOutbox, useClass: PostgresMailOutbox },
  { provide: Expiries, useClass: PostgresExpiries },
];
