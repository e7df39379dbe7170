/** The status of one profile: a refusal of its own, or a switch that is on and cannot work, with reason and sentence. */
import { PROFILE_PROBLEMS, usabilitySentence, type ProfileProblem } from './usability.js';

/** Why the provider refuses an account that is granted. */
export const PROFILE_TROUBLES = [
  'suspended',
  'locked',
  'protected',
  'not_found',
  'role_lost',
  'missing_scope',
  'page_token_refused',
  'refused_by_provider',
] as const;
export type ProfileTrouble = (typeof PROFILE_TROUBLES)[number];

export const PROFILE_STATUSES = ['ok', 'limited', 'refused'] as const;
export type ProfileStatusWord = (typeof PROFILE_STATUSES)[number];
export type ProfileAction = 'reconnect' | 'fix_at_provider';

export interface ProfileStatus {
  readonly status: ProfileStatusWord;
  readonly reason: ProfileTrouble | ProfileProblem | null;
  readonly sentence: string | null;
  readonly action: ProfileAction | null;
}

interface Switches {
  readonly track: boolean;
  readonly publish: boolean;
  readonly trackProblem: ProfileProblem | null;
  readonly publishProblem: ProfileProblem | null;
}

export interface ProfileFacts extends Switches {
  readonly trouble: ProfileTrouble | null;
}

const TROUBLES: Readonly<Record<ProfileTrouble, readonly [sentence: string, action: ProfileAction]>> = {
  suspended: ['The provider has suspended this account. Resolve that there.', 'fix_at_provider'],
  locked: ['The provider has locked this account. Sign in there and unlock it.', 'fix_at_provider'],
  protected: ['This account is protected and does not show its posts. Change that there.', 'fix_at_provider'],
  not_found: ['The provider does not find this account: it was deleted, or is no longer visible.', 'fix_at_provider'],
  role_lost: [
    'The person who connected it has lost the role on this account. Restore it, then reconnect.',
    'reconnect',
  ],
  missing_scope: ['The provider says that a permission is missing for this account. Reconnect it.', 'reconnect'],
  page_token_refused: ['The provider no longer accepts our access to this Page. Reconnect it.', 'reconnect'],
  refused_by_provider: [
    'The provider refuses to show this account, and gives no reason that we know. Look at it there.',
    'fix_at_provider',
  ],
};

/** Why a switch that is on cannot work; null: it can. */
export function hurtBy({ track, publish, trackProblem, publishProblem }: Switches): ProfileProblem | null {
  return (track ? trackProblem : null) ?? (publish ? publishProblem : null);
}

export function profileStatus(facts: ProfileFacts): ProfileStatus {
  const problem = hurtBy(facts);
  // Meta has one refusal for a missing permission and for a role that is too small: the stored role tells which it is.
  if (facts.trouble !== null && !(facts.trouble === 'missing_scope' && problem === 'role_lacks_task')) {
    const [sentence, action] = TROUBLES[facts.trouble];
    return { status: 'refused', reason: facts.trouble, sentence, action };
  }
  if (problem === null) return { status: 'ok', reason: null, sentence: null, action: null };
  return { status: 'limited', reason: problem, sentence: usabilitySentence(problem), action: 'reconnect' };
}

/** What a reason means, for people; also for one that only a newer version of this program defines. */
export function profileSentence(reason: string): string {
  const trouble = (TROUBLES as Readonly<Record<string, readonly [string, ProfileAction] | undefined>>)[reason];
  if (trouble !== undefined) return trouble[0];
  return isProblem(reason) ? usabilitySentence(reason) : 'The provider refuses it.';
}

function isProblem(reason: string): reason is ProfileProblem {
  return (PROFILE_PROBLEMS as readonly string[]).includes(reason);
}

export function profileAction(reason: string): ProfileAction {
  return (
    (TROUBLES as Readonly<Record<string, readonly [string, ProfileAction] | undefined>>)[reason]?.[1] ?? 'reconnect'
  );
}
