/** Whether a granted account can be tracked or published to: the grant, the role's tasks, the scopes. */
import type { Platform } from '../platform.js';

/** Why an account cannot be used, as its grant says. */
export const GRANT_PROBLEMS = ['not_granted', 'instagram_not_linked', 'data_access_lapsed', 'role_lacks_task'] as const;
export type GrantProblem = (typeof GRANT_PROBLEMS)[number];
export const PROFILE_PROBLEMS = [...GRANT_PROBLEMS, 'missing_scope'] as const;
export type ProfileProblem = (typeof PROFILE_PROBLEMS)[number];

/**
 * A problem of a switch, or a doubt. `role_unknown` refuses nothing: only the platform can tell what the role allows.
 */
export type UsabilityReason = ProfileProblem | 'role_unknown';

/** What one connection may do with one account, as the provider reported it. */
export interface GrantFacts {
  readonly granted: boolean;
  /** Why not, where it is not granted. */
  readonly problem: GrantProblem | null;
  /** Meta's names for what the person's role on the Page allows; empty on X. null: Meta did not say. */
  readonly tasks: readonly string[] | null;
}

export interface Usability {
  /** null: usable. */
  readonly track: ProfileProblem | null;
  readonly publish: ProfileProblem | null;
}

interface Need {
  /** One task of each group is needed. */
  readonly tasks: readonly (readonly string[])[];
  readonly scopes: readonly string[];
}

/** docs/providers/meta.md "Scopes and tasks", docs/providers/x.md "Scopes". */
const NEEDS: Record<Platform, { track: Need; publish: Need }> = {
  facebook: {
    track: {
      tasks: [['ANALYZE'], ['CREATE_CONTENT', 'MANAGE', 'MODERATE']],
      scopes: ['pages_show_list', 'pages_read_engagement', 'read_insights'],
    },
    publish: {
      tasks: [['CREATE_CONTENT']],
      scopes: ['pages_show_list', 'pages_read_engagement', 'pages_manage_posts'],
    },
  },
  instagram: {
    track: {
      tasks: [],
      scopes: ['pages_show_list', 'pages_read_engagement', 'instagram_basic', 'instagram_manage_insights'],
    },
    publish: {
      tasks: [['CREATE_CONTENT', 'MANAGE']],
      scopes: ['pages_show_list', 'pages_read_engagement', 'instagram_basic', 'instagram_content_publish'],
    },
  },
  x: {
    track: { tasks: [], scopes: ['tweet.read', 'users.read', 'offline.access'] },
    publish: { tasks: [], scopes: ['tweet.read', 'users.read', 'offline.access', 'tweet.write'] },
  },
};

export function usability(platform: Platform, grant: GrantFacts, scopes: readonly string[]): Usability {
  const judge = (need: Need): ProfileProblem | null => {
    if (!grant.granted) return grant.problem ?? 'not_granted';
    if (need.scopes.some((scope) => !scopes.includes(scope))) return 'missing_scope';
    const { tasks } = grant;
    if (tasks === null) return null;
    if (need.tasks.some((group) => !group.some((task) => hasTask(tasks, task)))) return 'role_lacks_task';
    return null;
  };
  return { track: judge(NEEDS[platform].track), publish: judge(NEEDS[platform].publish) };
}

/** Why a switch cannot be turned on, or what is not known about one that can; null where there is neither. */
export function usabilityReason(
  platform: Platform,
  wanted: 'track' | 'publish',
  problem: ProfileProblem | null,
  roleKnown: boolean,
): UsabilityReason | null {
  if (problem !== null || roleKnown || NEEDS[platform][wanted].tasks.length === 0) return problem;
  return 'role_unknown';
}

const SENTENCES: Readonly<Record<UsabilityReason, string>> = {
  not_granted: 'It was not granted when the account was connected. Choose it there again.',
  instagram_not_linked:
    'The Instagram account is not reachable through a granted Page. Link it to a Page and grant both.',
  data_access_lapsed:
    'Access to the data has lapsed at Meta, which then shows no Instagram account. Renew it with one click.',
  role_lacks_task: 'The role of the person who connected it does not allow that on this Page.',
  role_unknown:
    'The platform does not say what the role of the person who connected it allows. It can be switched on; a refusal will show in the sync log.',
  missing_scope: 'A permission is missing. Connect again and leave every permission ticked.',
};

/** For people. */
export const usabilitySentence = (reason: UsabilityReason): string => SENTENCES[reason];

/** Pages of the new kind name their tasks with a prefix, and full control includes every one of them. */
function hasTask(tasks: readonly string[], task: string): boolean {
  return tasks.includes(task) || tasks.includes(`PROFILE_PLUS_${task}`) || tasks.includes('PROFILE_PLUS_FULL_CONTROL');
}
