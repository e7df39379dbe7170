// Disconnects: a preview, a receipt, a revocation in the sandbox's ledger, and posts and figures that are still readable.
import { connect } from './connecting.ts';
import type { TourRun } from './run.ts';

export async function disconnect(tour: TourRun): Promise<void> {
  tour.step('Disconnect X');
  const { admin, member, sandbox, known } = tour;
  const path = tour.path(`/connections/${known['xConnection']}`);
  const preview = await admin.post(`${path}/disconnect-preview`);
  tour.check(
    'the preview tells what goes and what stays',
    preview.body.profiles.length === 1 && preview.body.posts_kept > 0,
    preview.body,
  );
  const receipt = await admin.delete(path);
  tour.check(
    'disconnecting answers a receipt',
    receipt.status === 200 && receipt.body.profiles_removed === 1,
    receipt.body,
  );
  const same = await admin.delete(path);
  tour.check('a second disconnect answers the same receipt', same.body.id === receipt.body.id, same.body);
  const revoked = await admin.until(
    tour.path(`/disconnections/${receipt.body.id}`),
    ({ revocations }) => revocations[0].outcome !== 'pending',
  );
  tour.check('X is told, and the receipt, read later, says so', revoked.revocations[0].outcome === 'revoked', revoked);
  const calls = await sandbox.ledger({ person: known['x'].id, path: '/2/oauth2/revoke' });
  tour.check('both tokens were revoked, says the sandbox', calls.length === 2, calls);
  const gone = await admin.get(tour.path(`/profiles/${known['xProfile'].id}`));
  tour.check('the profile is gone', gone.status === 404, gone.body);
  const kept = await member.get(tour.path(`/posts?profile_id=${known['xProfile'].id}`));
  tour.check('its posts and figures are still readable', kept.body.data.length > 0, kept.body);
}

export async function reconnect(tour: TourRun): Promise<void> {
  tour.step('Come back');
  const { admin, sandbox, known } = tour;
  await connect(tour, 'x', known['x'].id);
  const profile = await admin.get(tour.path(`/profiles/${known['xProfile'].id}`));
  tour.check('the same account is the same profile again', profile.status === 200, profile.body);
  tour.check('parked, with its history in place', profile.body.active === false, profile.body);
  const meta = await sandbox.ledger({ person: known['meta'].id, secret_in_url: 'true' });
  const x = await sandbox.ledger({ person: known['x'].id, secret_in_url: 'true' });
  const leaks = [...meta, ...x].filter((call) => !String(call.path).includes('debug_token'));
  tour.check('no secret ever travelled in a URL of ours, says the sandbox', leaks.length === 0, leaks);
}
