/** What makes an account usable: that it is granted, the scopes, and the task of the person's role. */
import { describe, expect, it } from '@jest/globals';
import { PLATFORMS, type Platform } from '@domain/platform.js';
import {
  GRANT_PROBLEMS,
  PROFILE_PROBLEMS,
  usability,
  usabilityReason,
  usabilitySentence,
  type GrantFacts,
} from '@domain/profile/usability.js';

const READ_PAGE = ['pages_show_list', 'pages_read_engagement'];
const META = [...READ_PAGE, 'read_insights', 'pages_manage_posts', 'instagram_basic', 'instagram_manage_insights'];
const SCOPES: Record<Platform, readonly string[]> = {
  facebook: META,
  instagram: [...META, 'instagram_content_publish'],
  x: ['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access'],
};
const TASKS: Record<Platform, readonly string[]> = {
  facebook: ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'],
  instagram: ['ANALYZE', 'CREATE_CONTENT'],
  x: [],
};

/** docs/providers/meta.md "Scopes and tasks", docs/providers/x.md "Scopes". */
const NEEDED: Record<Platform, { track: readonly string[]; publish: readonly string[] }> = {
  facebook: { track: [...READ_PAGE, 'read_insights'], publish: [...READ_PAGE, 'pages_manage_posts'] },
  instagram: {
    track: [...READ_PAGE, 'instagram_basic', 'instagram_manage_insights'],
    publish: [...READ_PAGE, 'instagram_basic', 'instagram_content_publish'],
  },
  x: {
    track: ['tweet.read', 'users.read', 'offline.access'],
    publish: ['tweet.read', 'users.read', 'offline.access', 'tweet.write'],
  },
};

const granted = (tasks: readonly string[]): GrantFacts => ({ granted: true, problem: null, tasks });
const of = (platform: Platform, tasks = TASKS[platform], scopes = SCOPES[platform]) =>
  usability(platform, granted(tasks), scopes);

describe.each(PLATFORMS)('A %s account', (platform) => {
  it('with everything granted can be tracked and published to', () => {
    expect(of(platform)).toEqual({ track: null, publish: null });
  });

  it.each(GRANT_PROBLEMS)('that is %s can be used for nothing, and says so', (problem) => {
    const seen: GrantFacts = { granted: false, problem, tasks: TASKS[platform] };

    expect(usability(platform, seen, SCOPES[platform])).toEqual({ track: problem, publish: problem });
  });

  it('that is not granted for no stated reason is not granted', () => {
    expect(usability(platform, { granted: false, problem: null, tasks: [] }, [])).toEqual({
      track: 'not_granted',
      publish: 'not_granted',
    });
  });

  it.each(SCOPES[platform])('without the scope %s loses exactly what needs it', (lost) => {
    const left = SCOPES[platform].filter((scope) => scope !== lost);

    expect(of(platform, TASKS[platform], left)).toEqual({
      track: NEEDED[platform].track.includes(lost) ? 'missing_scope' : null,
      publish: NEEDED[platform].publish.includes(lost) ? 'missing_scope' : null,
    });
  });
});

describe('The task of the role', () => {
  it.each<[Platform, string, track: boolean, publish: boolean]>([
    ['facebook', 'ANALYZE CREATE_CONTENT', true, true],
    ['facebook', 'ANALYZE MANAGE', true, false],
    ['facebook', 'ANALYZE MODERATE', true, false],
    ['facebook', 'ANALYZE', false, false],
    ['facebook', 'CREATE_CONTENT', false, true],
    ['facebook', 'MANAGE MODERATE', false, false],
    ['facebook', 'ADVERTISE MESSAGING', false, false],
    ['facebook', '', false, false],
    ['facebook', 'PROFILE_PLUS_ANALYZE PROFILE_PLUS_CREATE_CONTENT', true, true],
    ['facebook', 'PROFILE_PLUS_ANALYZE', false, false],
    ['facebook', 'PROFILE_PLUS_FULL_CONTROL', true, true],
    ['facebook', 'PROFILE_PLUS_ADVERTISE', false, false],
    ['facebook', 'create_content analyze', false, false],
    ['instagram', '', true, false],
    ['instagram', 'ANALYZE', true, false],
    ['instagram', 'MANAGE', true, true],
    ['instagram', 'CREATE_CONTENT', true, true],
    ['instagram', 'PROFILE_PLUS_FULL_CONTROL', true, true],
    ['x', '', true, true],
  ])('on %s with "%s": track %s, publish %s', (platform, tasks, track, publish) => {
    expect(of(platform, tasks.split(' '))).toEqual({
      track: track ? null : 'role_lacks_task',
      publish: publish ? null : 'role_lacks_task',
    });
  });

  it.each<[Platform, track: boolean, publish: boolean]>([
    ['facebook', true, true],
    ['instagram', false, true],
    ['x', false, false],
  ])(
    'on %s that the platform does not tell holds nothing up, and is said: track %s, publish %s',
    (platform, track, publish) => {
      const usable = usability(platform, { granted: true, problem: null, tasks: null }, SCOPES[platform]);

      expect(usable).toEqual({ track: null, publish: null });
      expect(usabilityReason(platform, 'track', null, false)).toBe(track ? 'role_unknown' : null);
      expect(usabilityReason(platform, 'publish', null, false)).toBe(publish ? 'role_unknown' : null);
      expect(usabilityReason(platform, 'publish', null, true)).toBeNull();
      expect(usabilityReason(platform, 'publish', 'missing_scope', false)).toBe('missing_scope');
    },
  );

  it('has a sentence for each reason', () => {
    for (const reason of [...PROFILE_PROBLEMS, 'role_unknown'] as const)
      expect(usabilitySentence(reason)).toMatch(/^[A-Z].*\.$/);
  });

  it('is named only after a missing scope: first connect again with everything ticked', () => {
    expect(of('facebook', [], [])).toEqual({ track: 'missing_scope', publish: 'missing_scope' });
  });
});
