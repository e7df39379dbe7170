/** One account, however it is connected: twice at once, again, by mistake another one, or after all was let go. */
import { describe, expect, it } from '@jest/globals';
import { Disconnect } from '@application/letting-go/disconnect.js';
import { BY_ADMIN, codes, times } from '../support/scene.js';
import { Door } from '../support/stand-in.js';
import { useCallbacks } from './callbacks.js';

const back = useCallbacks();
const { scene } = back;

describe('OA-17 The same account', () => {
  it('through two sessions at once is one connection, with one set of profiles', async () => {
    const all = await Promise.all(times(6, () => scene.toProvider(back.orgId, 'x')));

    expect(new Set(await codes(all.map((at, n) => back.finish(n, at))))).toEqual(new Set([null]));
    expect(await back.connections()).toBe(1);
    const last = scene.providers.x.traded.length;
    expect(last).toBe(6);
  });

  it('keeps its id when it is connected again, and another one than was meant is refused', async () => {
    const id = await scene.connect(back.orgId, 'x', 'ana');
    const again = await scene.toProvider(back.orgId, 'x', id);
    const wrong = await scene.toProvider(back.orgId, 'x', id);
    await back.finish(0, wrong, 'bob');
    await back.finish(1, again, 'ana');

    expect(await back.session(wrong)).toEqual({ state: 'failed', outcome: 'wrong_account' });
    expect(await back.session(again)).toMatchObject({ state: 'discovering' });
    expect(await scene.sql('select id, external_user_id from app.connection where org_id = $1', [back.orgId])).toEqual([
      { id, external_user_id: 'ana' },
    ]);
    expect(await back.revocations()).toEqual([{ external_user_id: 'bob', outcome: 'pending' }]);
  });

  it('OA-18 may be connected by two organisations, each with its own', async () => {
    const other = await scene.organisation();
    const ids = [await scene.connect(back.orgId, 'x', 'ana'), await scene.connect(other, 'x', 'ana')];

    expect(new Set(ids).size).toBe(2);
  });
});

describe('A session that a disconnect has ended', () => {
  it('trades no code any more, when its browser comes back', async () => {
    const id = await scene.connect(back.orgId, 'x', 'ana');
    const at = await scene.toProvider(back.orgId, 'x');
    await scene.one.execute(new Disconnect(BY_ADMIN, back.orgId, id));
    await back.finish(1, at);

    expect(scene.providers.x.traded).toHaveLength(1);
    expect([await back.session(at), await back.connections()]).toEqual([{ state: 'failed', outcome: 'superseded' }, 0]);
  });

  it('while its code was being traded lets the grant go', async () => {
    const id = await scene.connect(back.orgId, 'x', 'ana');
    const at = await scene.toProvider(back.orgId, 'x');
    const slow = new Door();
    scene.providers.x.whenTraded = async (issue) => {
      const issued = issue();
      await slow.pass();
      return issued;
    };
    const coming = back.finish(1, at, 'bob');
    await slow.reached;
    await scene.one.execute(new Disconnect(BY_ADMIN, back.orgId, id));
    slow.open();
    await coming;

    expect([await back.session(at), await back.connections()]).toEqual([{ state: 'failed', outcome: 'superseded' }, 0]);
    expect((await back.revocations()).map((row) => String(row['external_user_id'])).toSorted()).toEqual(['ana', 'bob']);
  });
});
