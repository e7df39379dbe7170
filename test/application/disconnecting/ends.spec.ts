/** Long work that is cut off or never succeeds ends all the same, and blocks no other work. */
import { beforeEach, expect, it } from '@jest/globals';
import { EraseOrganisations } from '@application/erasure/erase-organisations.js';
import { Erasures } from '@application/erasure/ports.js';
import { RequestExport } from '@application/exports/request-export.js';
import { SweepExports } from '@application/exports/write-export.js';
import type { OrgId } from '@domain/ids.js';
import { PushOrganisation } from '@application/organisations/push-organisation.js';
import { Database } from '@infrastructure/persistence/database.js';
import { BY_ADMIN, codes, PLAN, useProgram } from '../support/program.js';
import { Door } from '../support/fake-provider.js';

const program = useProgram(2);
let orgId: OrgId;
beforeEach(async () => {
  program.freshProviders();
  orgId = await program.organisation();
});

it('an erasure that is cut off at any stretch, the last one too, is finished by the next process', async () => {
  await program.sql(
    `insert into app.erasure (id, receipt_hash, erased_org_id, due_at, next_at)
     values (gen_random_uuid(), '\\x01', $1, app.now(), app.now())`,
    [orgId],
  );
  // A process that dies before a stretch is committed: its transaction is rolled back.
  const cuts: number[] = [];
  const erasures = program.one.get(Erasures);
  const stretch = erasures.deleteStretch.bind(erasures);
  erasures.deleteStretch = async (erasure) => {
    cuts.push(await stretch(erasure));
    if (cuts.at(-1) === 0) throw new Error('killed');
    return cuts.at(-1)!;
  };
  await codes([program.one.execute(new EraseOrganisations())]);
  erasures.deleteStretch = stretch;
  await program.sql('update app.erasure set next_at = app.now()');
  await program.turn(1).execute(new EraseOrganisations());

  expect(cuts.length).toBeGreaterThan(1);
  expect(await program.value('select state from app.erasure where erased_org_id = $1', [orgId])).toBe('done');
  expect(await program.sql('select 1 from app.organisation where id = $1', [orgId])).toEqual([]);
});

it('a push that has looked before an erasure begins is through before it: nothing of the organisation comes back', async () => {
  await program.sql(
    `insert into app.erasure (id, receipt_hash, erased_org_id, due_at, next_at)
     values (gen_random_uuid(), '\\x02', $1, app.now(), app.now())`,
    [orgId],
  );
  // The push stands between its look at erasures and its write.
  const database = program.one.get(Database);
  const inside = database.inside.bind(database);
  const looked = new Door();
  database.inside = async (query) => {
    database.inside = inside;
    const rows = await inside(query);
    await looked.pass();
    return rows;
  };
  const pushed = codes([program.one.execute(new PushOrganisation('system', orgId, PLAN))]);
  await looked.reached;
  const early = await program.turn(1).execute(new EraseOrganisations());
  looked.open();
  await pushed;
  const late = await program.turn(1).execute(new EraseOrganisations());

  expect([early, late]).toEqual([0, 1]);
  expect(await program.sql('select 1 from app.organisation where id = $1', [orgId])).toEqual([]);
  expect(await codes([program.one.execute(new PushOrganisation('system', orgId, PLAN))])).toEqual([
    'organisation_erased',
  ]);
});

it('an export that gets nowhere fails after ten tries, and the next one can be asked for', async () => {
  const id = await program.one.execute(new RequestExport(BY_ADMIN, orgId));
  const jobs = (): Promise<number> =>
    program.value("select count(*)::int from pgboss.job where data ->> 'exportId' = $1", [id]);
  const afterSweep = async (n: number): Promise<number> => {
    await program.turn(n).execute(new SweepExports());
    return jobs();
  };
  let sent = await jobs();
  for (let n = 0; n < 12; n += 1) {
    // Its worker claims it, and dies.
    await program.sql('update app.export set tries = tries + 1, next_at = app.now(), sent_at = null where id = $1', [
      id,
    ]);
    await program.sql("delete from pgboss.job where data ->> 'exportId' = $1", [id]);
    sent += await afterSweep(n);
  }

  expect(await program.value('select state from app.export where id = $1', [id])).toBe('failed');
  expect(sent).toBe(10);
  expect(await program.one.execute(new RequestExport(BY_ADMIN, orgId))).not.toBe(id);
});
