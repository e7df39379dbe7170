/** A discovery that suddenly finds nothing is doubted, and looked at again within minutes, before it is believed. OA-19. */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { useProgram } from '../support/program.js';

const program = useProgram(1);
let orgId: OrgId;
let connectionId: ConnectionId;

beforeEach(async () => {
  program.freshProviders();
  program.providers.meta.pages = 130;
  orgId = await program.organisation();
  connectionId = await program.connect(orgId, 'meta');
});

const recheck = () => program.check(program.one, orgId, connectionId);
const granted = () =>
  program.value('select count(*)::int from app.account_grant where connection_id = $1 and granted', [connectionId]);
const nextCheckInMinutes = () =>
  program.value(
    'select ceil(extract(epoch from check_next_at - app.now()) / 60)::int from app.connection where id = $1',
    [connectionId],
  );

describe('130 Pages that are gone at once', () => {
  it('are kept, and looked for again within minutes', async () => {
    program.providers.meta.pages = 0;
    await recheck();

    expect(await granted()).toBe(130);
    expect(await nextCheckInMinutes()).toBeLessThanOrEqual(3);
  });

  it('are there again: nothing has happened, and the next loss is doubted again', async () => {
    program.providers.meta.pages = 0;
    await recheck();
    program.providers.meta.pages = 130;
    await recheck();
    await program.sql("update app.deployment set clock_offset = clock_offset + interval '5 minutes'");
    program.providers.meta.pages = 0;
    await recheck();

    expect(await granted()).toBe(130);
  });

  it('are believed to be gone when the second look, minutes later, says so too', async () => {
    program.providers.meta.pages = 0;
    await recheck();
    await recheck();
    expect(await granted()).toBe(130);

    await program.sql("update app.deployment set clock_offset = clock_offset + interval '3 minutes'");
    await recheck();
    expect(await granted()).toBe(0);
  });

  it('but for one are believed at once: that is no sudden total loss', async () => {
    program.providers.meta.pages = 1;
    await recheck();

    expect(await granted()).toBe(1);
  });
});
