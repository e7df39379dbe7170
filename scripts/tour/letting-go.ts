// Letting go: a preview, a receipt, a revocation that the sandbox saw, and everything that was measured still there.
import { connect } from './connecting.ts';
import type { Stage } from './stage.ts';

export async function letGo(stage: Stage): Promise<void> {
  stage.scene('Disconnect X');
  const { admin, member, sandbox, props } = stage;
  const path = stage.path(`/connections/${props['xConnection']}`);
  const preview = await admin.post(`${path}/disconnect-preview`);
  stage.that(
    'the preview tells what goes and what stays',
    preview.body.profiles.length === 1 && preview.body.posts_kept > 0,
    preview.body,
  );
  const receipt = await admin.delete(path);
  stage.that(
    'disconnecting answers a receipt',
    receipt.status === 200 && receipt.body.profiles_removed === 1,
    receipt.body,
  );
  const same = await admin.delete(path);
  stage.that('a second disconnect answers the same receipt', same.body.id === receipt.body.id, same.body);
  const revoked = await admin.until(
    stage.path(`/disconnections/${receipt.body.id}`),
    ({ revocations }) => revocations[0].outcome !== 'pending',
  );
  stage.that('X is told, and the receipt, read later, says so', revoked.revocations[0].outcome === 'revoked', revoked);
  const calls = await sandbox.ledger({ person: props['x'].id, path: '/2/oauth2/revoke' });
  stage.that('both tokens were revoked, says the sandbox', calls.length === 2, calls);
  const gone = await admin.get(stage.path(`/profiles/${props['xProfile'].id}`));
  stage.that('the profile is gone', gone.status === 404, gone.body);
  const kept = await member.get(stage.path(`/posts?profile_id=${props['xProfile'].id}`));
  stage.that('its posts and figures are still readable', kept.body.data.length > 0, kept.body);
}

export async function reconnect(stage: Stage): Promise<void> {
  stage.scene('Come back');
  const { admin, sandbox, props } = stage;
  await connect(stage, 'x', props['x'].id);
  const profile = await admin.get(stage.path(`/profiles/${props['xProfile'].id}`));
  stage.that('the same account is the same profile again', profile.status === 200, profile.body);
  stage.that('parked, with its history in place', profile.body.active === false, profile.body);
  const meta = await sandbox.ledger({ person: props['meta'].id, secret_in_url: 'true' });
  const x = await sandbox.ledger({ person: props['x'].id, secret_in_url: 'true' });
  const leaks = [...meta, ...x].filter((call) => !String(call.path).includes('debug_token'));
  stage.that('no secret ever travelled in a URL of ours, says the sandbox', leaks.length === 0, leaks);
}
