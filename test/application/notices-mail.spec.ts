// Mail about notices, over real SMTP: to whom, how often, and what becomes of it when the post is not well.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SendMail, SendMailHandler } from '@application/notices/send-mail.js';
import { SweepMailHandler } from '@application/notices/sweep-mail.js';
import type { MailId, OrgId } from '@domain/ids.js';
import { SmtpMailer } from '@infrastructure/mail/smtp-mailer.js';
import { PostgresMailOutbox } from '@infrastructure/persistence/notices/mail.table.js';
import { PostgresNotices } from '@infrastructure/persistence/notices/notice.table.js';
import type { Json } from '../support/api-client.js';
import { headerOf, PostOffice } from '../support/post-office.js';
import { useStores, type Store } from './support/store.js';

const stores = useStores();
const post = new PostOffice();

/** One process with its own mailer; `perform` does what its queue was given. */
class Sender {
  constructor(
    readonly store: Store,
    private readonly mailer = new SmtpMailer({ url: post.url, from: 'Social Connections <notices@connections.test>' }),
  ) {}

  raise(org: string, name = 'Ana Example'): Promise<boolean> {
    const { database, random, jobs, work } = this.store;
    const notices = new PostgresNotices(database, random, this.mailer, jobs);
    return work.run(() =>
      notices.raise({
        orgId: org as OrgId,
        kind: 'reconnect_needed',
        subject: { kind: 'connection', id: random.id(), name },
        event: `reconnect/${org}`,
        details: { reason: 'password_changed', provider: 'x' },
      }),
    );
  }

  send(id: string): Promise<void> {
    const outbox = new PostgresMailOutbox(this.store.database);
    return new SendMailHandler(this.store.work, outbox, this.mailer).execute(new SendMail(id as MailId));
  }

  sweep(): Promise<void> {
    const outbox = new PostgresMailOutbox(this.store.database);
    const commands = { execute: ({ mailId }: SendMail) => this.send(mailId) };
    return new SweepMailHandler(this.store.work, outbox, this.mailer, commands as never).execute();
  }
}

let one: Sender;
let other: Sender;
beforeAll(async () => {
  Logger.overrideLogger(false);
  await post.open();
  [one, other] = (await Promise.all([stores.store(), stores.store()])).map((store) => new Sender(store)) as [
    Sender,
    Sender,
  ];
});
afterAll(() => post.close());
beforeEach(() => {
  post.mood = 'fine';
});

const mailsOf = (org: string): Promise<Json[]> =>
  stores.sql('select id, user_id, state, attempts, problem from app.mail where org_id = $1 order by user_id', [org]);
const statesOf = async (org: string): Promise<string[]> => (await mailsOf(org)).map((mail) => mail.state);

describe('A notice by mail', () => {
  it('goes once to each Admin and Owner, although two processes raise it and four send it (OB-04)', async () => {
    const org = await stores.organisation();
    expect(
      (await Promise.all([one, other, one, other].map((sender) => sender.raise(org)))).filter(Boolean),
    ).toHaveLength(1);
    const ids = (await mailsOf(org)).map((mail) => mail.id);
    await Promise.all(ids.flatMap((id) => [one, other, one, other].map((sender) => sender.send(id))));
    await Promise.all([one.sweep(), other.sweep()]);

    expect(
      post.letters
        .filter(({ to }) => to.endsWith(`@${org}.test`))
        .map(({ to }) => to)
        .toSorted(),
    ).toEqual([`admin@${org}.test`, `owner@${org}.test`]);
    expect(await statesOf(org)).toEqual(['sent', 'sent']);
    expect(
      [...one.store.jobs.sent, ...other.store.jobs.sent].filter((job) => ids.includes((job.payload as Json).mailId)),
    ).toHaveLength(2);
  });

  it('says what happened and what to do, under an id of its own, in text and in HTML', async () => {
    const org = await stores.organisation();
    await one.raise(org);
    await one.sweep();
    const letter = post.to(`owner@${org}.test`)[0]!;
    const [, owner] = await mailsOf(org);
    expect(headerOf(letter, 'subject')).toBe('Acme Coffee: Reconnect Ana Example');
    expect(headerOf(letter, 'message-id')).toBe(`<${owner.id}@connections.test>`);
    expect(headerOf(letter, 'from')).toBe('Social Connections <notices@connections.test>');
    expect(headerOf(letter, 'auto-submitted')).toBe('auto-generated');
    expect(letter.raw).toMatch(/The password was changed/);
    expect(letter.raw).toMatch(/text\/plain[\s\S]*text\/html/);
  });

  it('carries no header of a name that holds line breaks, and no markup of one that holds tags (AZ-11)', async () => {
    const org = await stores.organisation();
    await stores.sql('update app.organisation set name = $2 where id = $1', [org, 'Acme\r\nBcc: eve@evil.test']);
    await stores.sql(`update app.member set name = $2 where org_id = $1`, [org, 'O\r\nX-Evil: 1\r\n\r\n<b>']);
    await one.raise(org, 'Ana\r\nReply-To: eve@evil.test\r\n\r\n<script>alert(1)</script>');
    await one.sweep();
    const letter = post.to(`owner@${org}.test`)[0]!;
    expect(['bcc', 'x-evil', 'reply-to'].map((name) => headerOf(letter, name))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(letter.to).toBe(`owner@${org}.test`);
    const html = letter.raw.slice(letter.raw.indexOf('text/html'));
    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
  });

  it('to an address that is a list, or would begin a header, is refused before anything is sent', async () => {
    const org = await stores.organisation();
    await stores.sql(`update app.member set email = $2 where org_id = $1 and role = 'owner'`, [
      org,
      'a@x.test, b@x.test',
    ]);
    await stores.sql(`update app.member set email = $2 where org_id = $1 and role = 'admin'`, [
      org,
      'a@x.test>\r\nDATA',
    ]);
    const handed = post.handed;
    await one.raise(org);
    await one.sweep();
    expect((await mailsOf(org)).map((mail) => mail.problem)).toEqual(['address_malformed', 'address_malformed']);
    expect(post.handed).toBe(handed);
  });

  it('goes to nobody who was removed, demoted or lost the address before it went out', async () => {
    const org = await stores.organisation();
    await stores.sql(
      `insert into app.member (org_id, user_id, role, email) values ($1, 'third', 'admin', 'third@x.test')`,
      [org],
    );
    await one.raise(org);
    await stores.sql(`update app.member set role = 'member' where org_id = $1 and role = 'owner'`, [org]);
    await stores.sql(`update app.member set email = null where org_id = $1 and user_id = 'third'`, [org]);
    await stores.sql(`delete from app.member where org_id = $1 and role = 'admin' and user_id <> 'third'`, [org]);
    const handed = post.handed;
    await one.sweep();
    expect(await statesOf(org)).toEqual(['canceled', 'canceled']);
    expect(post.handed).toBe(handed);
  });
});

describe('When the post is not well', () => {
  it('mail waits while the server is down, ever longer, and goes out once when it is back', async () => {
    const org = await stores.organisation();
    await post.close();
    await one.raise(org);
    await one.sweep();
    expect((await mailsOf(org)).map(({ state, attempts, problem }) => [state, attempts, problem])).toEqual([
      ['waiting', 1, 'esocket'],
      ['waiting', 1, 'esocket'],
    ]);
    await post.open();
    await one.sweep();
    expect(await statesOf(org)).toEqual(['waiting', 'waiting']);
    await stores.offsetClock('2 minutes');
    await Promise.all([one.sweep(), other.sweep()]);
    await stores.offsetClock('0');
    expect(await statesOf(org)).toEqual(['sent', 'sent']);
    expect([post.to(`owner@${org}.test`), post.to(`admin@${org}.test`)].map((letters) => letters.length)).toEqual([
      1, 1,
    ]);
  });

  it('a definite "later" is tried again, and given up after three days', async () => {
    const org = await stores.organisation();
    post.mood = 'busy';
    await one.raise(org);
    await one.sweep();
    expect((await mailsOf(org)).map(({ state, problem }) => [state, problem])).toEqual([
      ['waiting', 'smtp_451'],
      ['waiting', 'smtp_451'],
    ]);
    await stores.offsetClock('73 hours');
    await one.sweep();
    await stores.offsetClock('0');
    expect(await statesOf(org)).toEqual(['failed', 'failed']);
  });

  it('a refused recipient is recorded, and the other still gets the mail', async () => {
    const org = await stores.organisation();
    post.unknown.add(`admin@${org}.test`);
    await one.raise(org);
    await one.sweep();
    await stores.offsetClock('1 hour');
    await one.sweep();
    await stores.offsetClock('0');
    expect((await mailsOf(org)).map(({ state, problem, attempts }) => [state, problem, attempts])).toEqual([
      ['refused', 'smtp_550', 1],
      ['sent', null, 1],
    ]);
  });

  it.each([
    ['the line was cut', 'drops'],
    ['the server said goodbye', 'leaves'],
  ] as const)('a mail whose answer was lost after the text went out (%s) is never sent again', async (_, mood) => {
    const org = await stores.organisation();
    await stores.sql(`update app.member set email = null where org_id = $1 and role = 'admin'`, [org]);
    post.mood = mood;
    await one.raise(org);
    await one.sweep();
    expect(await statesOf(org)).toEqual(['unknown']);
    await post.close();
    post.mood = 'fine';
    await post.open();
    await stores.offsetClock('4 days');
    await Promise.all([one.sweep(), other.sweep()]);
    await stores.offsetClock('0');
    expect(post.to(`owner@${org}.test`)).toHaveLength(1);
  });

  it('a mail whose sender died after the mark is known as lost, and never sent again', async () => {
    const org = await stores.organisation();
    await one.raise(org);
    await one.store.work.run(async () => {
      for (const { id } of await mailsOf(org)) await new PostgresMailOutbox(one.store.database).take(id);
    });
    await other.sweep();
    expect(await statesOf(org)).toEqual(['sending', 'sending']);
    await stores.offsetClock('11 minutes');
    await other.sweep();
    await stores.offsetClock('0');
    expect((await mailsOf(org)).map((mail) => mail.problem)).toEqual(['sender_lost', 'sender_lost']);
    expect(post.to(`owner@${org}.test`)).toEqual([]);
  });

  it('mail of a suspended organisation waits', async () => {
    const org = await stores.organisation();
    await one.raise(org);
    await stores.sql(`update app.organisation set status = 'suspended' where id = $1`, [org]);
    await one.sweep();
    expect(await statesOf(org)).toEqual(['waiting', 'waiting']);
  });

  it('a server that is not on this machine gets nothing unless it can encrypt', async () => {
    const mailer = new SmtpMailer({ url: `smtp://[::ffff:127.0.0.1]:${new URL(post.url).port}`, from: 'a@b.test' });
    const handed = post.handed;
    const mail = { id: 'x', to: { address: 'c@d.test', name: null }, subject: 's', text: 't', html: 'h' };
    expect(await mailer.send(mail)).toMatchObject({ is: 'later' });
    expect(post.handed).toBe(handed);
  });
});
