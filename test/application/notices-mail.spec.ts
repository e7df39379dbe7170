// Mail about notices, over real SMTP: to whom it goes, how often, and what stands in it.
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '../support/api-client.js';
import { headerOf, PostOffice } from '../support/post-office.js';
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

const mailsOf = (org: string): Promise<Json[]> =>
  stores.sql('select id, user_id, state, tries, problem from app.mail where org_id = $1 order by user_id', [org]);
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
    expect(headerOf(letter, 'subject')).toBe('Acme Coffee: Reconnect Ana Example (X)');
    expect(letter.raw.replaceAll('=\r\n', '').replaceAll('=3D', '=')).toMatch(
      new RegExp(`Reconnect it here: https://console\\.test/${org}/connections/conn_[0-9a-z]{26}\\s`),
    );
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
    expect(html).toContain('&#60;script&#62;');
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

  it('goes to no member who was removed, demoted or lost the address before it is sent', async () => {
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
