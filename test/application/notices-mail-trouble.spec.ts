// Mail when the post is not well: later where nothing was taken, never again where something may have been.
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SmtpMailer } from '@infrastructure/mail/smtp-mailer.js';
import { PostgresMailOutbox } from '@infrastructure/persistence/notices/mail.table.js';
import type { Json } from '../support/api-client.js';
import { PostOffice } from '../support/post-office.js';
import { Sender } from './support/sender.js';
import { useStores } from './support/store.js';

const stores = useStores();
const post = new PostOffice();

let one: Sender;
let other: Sender;
beforeAll(async () => {
  Logger.overrideLogger(false);
  await post.open();
  one = new Sender(await stores.store(), post);
  other = new Sender(await stores.store(), post);
});
afterAll(() => post.close());
beforeEach(() => {
  post.mood = 'fine';
});

const mailsOf = (org: string): Promise<Json[]> =>
  stores.sql('select id, user_id, state, tries, problem from app.mail where org_id = $1 order by user_id', [org]);
const statesOf = async (org: string): Promise<string[]> => (await mailsOf(org)).map((mail) => mail.state);

describe('When the post is not well', () => {
  it('mail waits while the server is down, ever longer, and goes out once when it is back', async () => {
    const org = await stores.organisation();
    await post.close();
    await one.raise(org);
    await one.sweep();
    expect((await mailsOf(org)).map(({ state, tries, problem }) => [state, tries, problem])).toEqual([
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
    expect((await mailsOf(org)).map(({ state, problem, tries }) => [state, problem, tries])).toEqual([
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
      for (const { id } of await mailsOf(org)) await new PostgresMailOutbox(one.store.database).claim(id);
    });
    await other.sweep();
    expect(await statesOf(org)).toEqual(['sending', 'sending']);
    await stores.offsetClock('11 minutes');
    await other.sweep();
    expect((await mailsOf(org)).map((mail) => mail.problem)).toEqual(['sender_lost', 'sender_lost']);
    // For good: whether the server took it is unknown.
    await stores.offsetClock('1 day');
    await other.sweep();
    for (const { id } of await mailsOf(org)) await other.send(id);
    await stores.offsetClock('0');
    expect(await statesOf(org)).toEqual(['unknown', 'unknown']);
    expect(post.to(`owner@${org}.test`)).toEqual([]);
  });

  it.each([
    ['is suspended', `status = 'suspended'`],
    ['is being erased', 'erase_at = app.now()'],
  ])('mail of an organisation that %s waits', async (_, change) => {
    const org = await stores.organisation();
    await one.raise(org);
    await stores.sql(`update app.organisation set ${change} where id = $1`, [org]);
    await one.sweep();
    for (const { id } of await mailsOf(org)) await one.send(id);
    expect(await statesOf(org)).toEqual(['waiting', 'waiting']);
    await stores.sql(`update app.organisation set status = 'active', erase_at = null where id = $1`, [org]);
    await one.sweep();
    expect(await statesOf(org)).toEqual(['sent', 'sent']);
  });

  it('a server that is not on this machine gets nothing unless it can encrypt', async () => {
    const mailer = new SmtpMailer({ url: `smtp://[::ffff:127.0.0.1]:${new URL(post.url).port}`, from: 'a@b.test' });
    const handed = post.handed;
    const mail = { id: 'x', to: { address: 'c@d.test', name: null }, subject: 's', text: 't', html: 'h' };
    expect(await mailer.send(mail)).toMatchObject({ is: 'later' });
    expect(post.handed).toBe(handed);
  });
});
