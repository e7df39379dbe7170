/** A discovery that suddenly finds nothing is doubted, and looked at again within minutes, before it is believed. OA-19. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { useScene } from '../support/scene.js';

const scene = useScene(1);
let orgId: OrgId;
let connectionId: ConnectionId;

beforeEach(async () => {
  scene.freshProviders();
  scene.providers.meta.pages = 130;
  orgId = await scene.organisation();
  connectionId = await scene.connect(orgId, 'meta');
});

const recheck = () => scene.check(scene.one, orgId, connectionId);
const granted = () =>
  scene.value('select count(*)::int from app.account_grant where connection_id = $1 and granted', [connectionId]);
const nextCheckInMinutes = () =>
  scene.value(
    'select ceil(extract(epoch from check_next_at - app.now()) / 60)::int from app.connection where id = $1',
    [connectionId],
  );

describe('130 Pages that are gone at once', () => {
  it('are kept, and looked for again within minutes', async () => {
    scene.providers.meta.pages = 0;
    await recheck();

    expect(await granted()).toBe(130);
    expect(await nextCheckInMinutes()).toBeLessThanOrEqual(3);
  });

  it('are there again: nothing has happened, and the next loss is doubted again', async () => {
    scene.providers.meta.pages = 0;
    await recheck();
    scene.providers.meta.pages = 130;
    await recheck();
    await scene.sql("update app.deployment set clock_offset = clock_offset + interval '5 minutes'");
    scene.providers.meta.pages = 0;
    await recheck();

    expect(await granted()).toBe(130);
  });

  it('are believed to be gone when the second look, minutes later, says so too', async () => {
    scene.providers.meta.pages = 0;
    await recheck();
    await recheck();
    expect(await granted()).toBe(130);

    await scene.sql("update app.deployment set clock_offset = clock_offset + interval '3 minutes'");
    await recheck();
    expect(await granted()).toBe(0);
  });

  it('but for one are believed at once: that is no sudden total loss', async () => {
    scene.providers.meta.pages = 1;
    await recheck();

    expect(await granted()).toBe(1);
  });
});
