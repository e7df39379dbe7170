// Killed after the answer was given: what was answered is carried out by the next process that starts.
import { beforeAll, expect, it } from '@jest/globals';
import type { Running } from '../../support/processes.js';
import { eventually } from '../../support/eventually.js';
import { deletionOf, post } from '../support/signed.js';
import { itEndsWell, useFaultFixture } from '../support/fault-fixture.js';
import { tally } from '../support/tally.js';

const fixture = useFaultFixture({ about: 'disconnects, kills', processes: 1 });
/** Answers, and does no work: what it has promised waits. */
let door: Running;
beforeAll(async () => {
  door = await fixture.startApi({ ROLE: 'api' });
});

/** No process is left that could work. The first one has the public address and comes back at its port. */
async function powerCut(): Promise<void> {
  const [first] = fixture.processes;
  await Promise.all([first!.kill('SIGKILL'), door.kill('SIGKILL')]);
  fixture.processes.splice(0);
  await fixture.startApi({ PORT: String(first!.port), PUBLIC_URL: first!.origin });
  door = await fixture.startApi({ ROLE: 'api' });
}

/** The working one is frozen, so that nothing is done between the answer and the cut. */
async function answeredThenCut<T>(ask: () => Promise<T>): Promise<T> {
  await fixture.at(0).kill('SIGSTOP');
  const answer = await ask();
  await powerCut();
  return answer;
}

it('DS-06 SIGKILL right after the disconnect was answered: revoked by the next process', async () => {
  const link = await fixture.link();
  const answer = await answeredThenCut(() => link.disconnect(1));
  expect(answer.status).toBe(200);
  expect(await link.row()).toBeNull();
  await eventually(async () => {
    const [row] = await fixture.sql('select outcome from app.revocation where org_id = $1', [link.organisation.id]);
    expect(row).toEqual({ outcome: 'revoked' });
  });
  const alive = await link.alive();
  expect(alive).toEqual([]);
  tally('DS-06 SIGKILL between commit and revoke', { tries: 1, leaked: alive.length });
});

it('WH-07 SIGKILL right after a data deletion was answered: carried out by the next process', async () => {
  const person = await fixture.metaPerson([{}]);
  const organisation = await fixture.organisation();
  const admin = await organisation.member('admin');
  await admin.connect(organisation, 'meta', person.id);
  const began = Date.now();
  let took = 0;
  const answer = await answeredThenCut(async () => {
    const answered = await post(door.origin, 'data-deletion', deletionOf(person.id));
    took = Date.now() - began;
    return answered;
  });
  expect(answer.status).toBe(200);
  expect(took).toBeLessThan(10_000);
  await eventually(async () => {
    expect(await fixture.sql('select id from app.connection where org_id = $1', [organisation.id])).toEqual([]);
    expect(await fixture.sql(`select state from app.provider_callback where state <> 'done'`)).toEqual([]);
  });
  const revoked = (await fixture.revocations('meta', person.id)).filter(({ status }) => status === 200);
  expect(revoked).toHaveLength(1);
  tally('WH-07 SIGKILL after a data deletion was answered', { tries: 1, doubled: revoked.length - 1 });
});

itEndsWell(fixture, 'OB-01, CR-09, CR-10');
