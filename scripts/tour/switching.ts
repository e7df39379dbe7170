// Switching: Track, Publish, the plan's limit, and the default of a platform.
import type { Answer } from '../../test/support/api-client.ts';
import type { Stage } from './stage.ts';

const turn = (stage: Stage, profile: string, change: Record<string, boolean>): Promise<Answer> =>
  stage.admin.patch(stage.path(`/profiles/${stage.props[profile].id}`), change);

export async function switches(stage: Stage): Promise<void> {
  stage.scene('Switch profiles on');
  const refused = await turn(stage, 'club', { publish: true });
  stage.that('what cannot be used cannot be switched on', refused.body.code === 'profile_not_usable', refused.body);
  await turn(stage, 'xProfile', { track: true });
  await turn(stage, 'bus', { track: true, publish: true });
  const instagram = await turn(stage, 'instagram', { track: true });
  stage.that('Track and Publish are switched per profile', instagram.body.active === true, instagram.body);
  const { body } = await stage.admin.get(stage.path('/usage'));
  stage.that(
    'usage says 3 of 3',
    body.active === 3 && body.limit === 3 && body.by_platform.instagram.active === 1,
    body,
  );
}

export async function planLimit(stage: Stage): Promise<void> {
  stage.scene('Reach the plan’s limit');
  const fourth = await turn(stage, 'boat', { publish: true });
  stage.that(
    'a fourth profile is refused',
    fourth.status === 409 && fourth.body.code === 'plan_limit_reached',
    fourth.body,
  );
  stage.that('and the caller is told to upgrade', fourth.body.action === 'upgrade_plan', fourth.body);
  const second = await turn(stage, 'xProfile', { publish: true });
  stage.that('the second switch of an active profile is free', second.body.publish === true, second.body);
}

export async function defaults(stage: Stage): Promise<void> {
  stage.scene('Choose defaults');
  const { admin, props } = stage;
  const before = await admin.get(stage.path('/defaults'));
  const only = before.body.facebook;
  stage.that(
    'the only publishable Page is the effective default',
    only.explicit === null && only.effective === props['bus'].id,
    only,
  );
  const refused = await admin.put(stage.path('/defaults/instagram'), { profile_id: props['instagram'].id });
  stage.that('a profile without Publish cannot be one', refused.body.code === 'profile_not_publishing', refused.body);
  const chosen = await admin.put(stage.path('/defaults/x'), { profile_id: props['xProfile'].id });
  stage.that('a chosen default is explicit', chosen.body.x.explicit === props['xProfile'].id, chosen.body);
  await turn(stage, 'xProfile', { publish: false });
  const after = await admin.get(stage.path('/defaults'));
  stage.that('switching Publish off clears it', after.body.x.explicit === null, after.body);
}
