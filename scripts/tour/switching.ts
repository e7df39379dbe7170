// Switching: Track, Publish, the plan's limit, and the default of a platform.
import type { Answer } from '../../test/support/api-client.ts';
import type { TourRun } from './run.ts';

const turn = (tour: TourRun, profile: string, change: Record<string, boolean>): Promise<Answer> =>
  tour.admin.patch(tour.path(`/profiles/${tour.known[profile].id}`), change);

export async function switches(tour: TourRun): Promise<void> {
  tour.step('Switch profiles on');
  const refused = await turn(tour, 'club', { publish: true });
  tour.check('what cannot be used cannot be switched on', refused.body.code === 'profile_not_usable', refused.body);
  await turn(tour, 'xProfile', { track: true });
  await turn(tour, 'bus', { track: true, publish: true });
  const instagram = await turn(tour, 'instagram', { track: true });
  tour.check('Track and Publish are switched per profile', instagram.body.active === true, instagram.body);
  const { body } = await tour.admin.get(tour.path('/usage'));
  tour.check(
    'usage says 3 of 3',
    body.active === 3 && body.limit === 3 && body.by_platform.instagram.active === 1,
    body,
  );
}

export async function planLimit(tour: TourRun): Promise<void> {
  tour.step('Reach the plan’s limit');
  const fourth = await turn(tour, 'boat', { publish: true });
  tour.check(
    'a fourth profile is refused',
    fourth.status === 409 && fourth.body.code === 'plan_limit_reached',
    fourth.body,
  );
  tour.check('and the caller is told to upgrade', fourth.body.action === 'upgrade_plan', fourth.body);
  const second = await turn(tour, 'xProfile', { publish: true });
  tour.check('the second switch of an active profile is free', second.body.publish === true, second.body);
}

export async function defaults(tour: TourRun): Promise<void> {
  tour.step('Choose defaults');
  const { admin, known } = tour;
  const before = await admin.get(tour.path('/defaults'));
  const only = before.body.facebook;
  tour.check(
    'the only publishable Page is the effective default',
    only.explicit === null && only.effective === known['bus'].id,
    only,
  );
  const refused = await admin.put(tour.path('/defaults/instagram'), { profile_id: known['instagram'].id });
  tour.check('a profile without Publish cannot be one', refused.body.code === 'profile_not_publishing', refused.body);
  const chosen = await admin.put(tour.path('/defaults/x'), { profile_id: known['xProfile'].id });
  tour.check('a chosen default is explicit', chosen.body.x.explicit === known['xProfile'].id, chosen.body);
  await turn(tour, 'xProfile', { publish: false });
  const after = await admin.get(tour.path('/defaults'));
  tour.check('switching Publish off clears it', after.body.x.explicit === null, after.body);
}
