/** What a viewer may do: permissions by asset, Page tasks, and the kind of token an endpoint wants (docs/providers/meta.md, "Scopes and tasks"). */
import type { Asker } from './ask.js';
import type { PersonViewer, Viewer } from '../access/viewer.js';
import {
  GraphError,
  invalidParameter,
  missingPermission,
  missingReadPermission,
  missingTask,
  pageTokenRequired,
  unknownObject,
} from '../contract/errors.js';
import type { Instagram, Page, Role } from '../people/rows.js';
import { covers, dataAccessLapsed } from '../access/grants.js';

/** Whether the viewer's grant has this permission, for this asset, now. */
export function may(ask: Asker, permission: string, targetId?: string): boolean {
  const { viewer } = ask;
  if (viewer.kind === 'app' || !covers(viewer.grant, permission, targetId)) return false;
  if (!dataAccessLapsed(viewer.grant, permission, ask.now)) return true;
  return viewer.kind === 'page' && ask.meta.settings.is('data_access_on_page_tokens', 'stays', viewer.person.id);
}

export function needPerson(viewer: Viewer): PersonViewer {
  if (viewer.kind === 'app') {
    throw new GraphError(2500, 'An active access token must be used to query information about the current user.');
  }
  return viewer;
}

/** The viewer's role on the Page; a Page without one is refused as unknown. */
export function roleOn(ask: Asker, page: Page): Role {
  const { viewer } = ask;
  if (viewer.kind === 'app' || (viewer.kind === 'page' && viewer.page?.id !== page.id)) throw unknownObject(page.id);
  const role = ask.meta.directory.role(viewer.person.id, page.id);
  if (role === undefined) throw unknownObject(page.id);
  return role;
}

/** Demands a Page token of this very Page, where the switch does not let user tokens pass. */
export function needPageToken(ask: Asker, page: Page): Role {
  const role = roleOn(ask, page);
  const lenient = ask.meta.settings.is('page_endpoints_with_user_token', 'accept', needPerson(ask.viewer).person.id);
  if (ask.viewer.kind !== 'page' && !lenient) throw pageTokenRequired();
  return role;
}

/** New-Pages profiles name the same tasks with a prefix, and full control holds them all. */
export const hasTask = (role: Role, ...tasks: readonly string[]): boolean =>
  role.tasks.includes('PROFILE_PLUS_FULL_CONTROL') ||
  tasks.some((task) => role.tasks.includes(task) || role.tasks.includes(`PROFILE_PLUS_${task}`));

/** Reading a Page's posts. */
export function needFeed(ask: Asker, page: Page): void {
  const role = needPageToken(ask, page);
  if (!may(ask, 'pages_read_engagement', page.id)) throw missingReadPermission('pages_read_engagement');
  if (!hasTask(role, 'CREATE_CONTENT', 'MANAGE', 'MODERATE')) throw missingTask('CREATE_CONTENT, MANAGE or MODERATE');
}

/** Page and post insights. */
export function needPageInsights(ask: Asker, page: Page): void {
  const role = needPageToken(ask, page);
  for (const permission of ['read_insights', 'pages_read_engagement']) {
    if (!may(ask, permission, page.id)) throw missingPermission(permission);
  }
  if (!hasTask(role, 'ANALYZE')) throw missingTask('ANALYZE');
}

/** Publishing to a Page; pages_show_list and pages_read_engagement have to come with it. */
export function needPagePublish(ask: Asker, page: Page): void {
  const role = needPageToken(ask, page);
  for (const permission of ['pages_manage_posts', 'pages_read_engagement', 'pages_show_list']) {
    if (!may(ask, permission, page.id)) throw missingPermission(permission);
  }
  if (!hasTask(role, 'CREATE_CONTENT')) throw missingTask('CREATE_CONTENT');
}

/** The Page behind an Instagram account, once the viewer may see the account at all. */
export function needInstagram(ask: Asker, account: Instagram): { page: Page; role: Role } {
  const page = ask.meta.directory.page(account.pageId);
  const { viewer } = ask;
  if (page === undefined || viewer.kind === 'app') throw unknownObject(account.id);
  const role = ask.meta.directory.role(viewer.person.id, page.id);
  const foreign = viewer.kind === 'page' && viewer.page?.id !== page.id;
  if (role === undefined || foreign || !covers(viewer.grant, 'instagram_basic', account.id)) {
    if (role !== undefined && !foreign && viewer.grant.permissions['instagram_basic'] !== 'granted') {
      throw missingReadPermission('instagram_basic');
    }
    throw unknownObject(account.id);
  }
  if (!may(ask, 'instagram_basic', account.id)) throw lapsed();
  if (!may(ask, 'pages_read_engagement', page.id) && !may(ask, 'pages_show_list', page.id)) {
    throw missingReadPermission('pages_read_engagement');
  }
  return { page, role };
}

/**
 * A role that comes from a business portfolio wants an ads permission (or business_management) on Instagram endpoints,
 * however many instagram_* permissions are granted: the trap of the sheet's "Scopes and tasks".
 */
export function needBusinessReach(ask: Asker, role: Role): void {
  if (role.through === 'personal') return;
  if (['ads_management', 'ads_read', 'business_management'].some((permission) => may(ask, permission))) return;
  throw new GraphError(
    200,
    "(#200) The calling app is missing the ads_management or ads_read permission, required because the user's role on the Page was granted in a business.",
    { status: 403 },
  );
}

export function needInstagramInsights(ask: Asker, account: Instagram): void {
  const { page, role } = needInstagram(ask, account);
  if (!may(ask, 'instagram_manage_insights', account.id)) throw missingReadPermission('instagram_manage_insights');
  if (!may(ask, 'pages_read_engagement', page.id)) throw missingReadPermission('pages_read_engagement');
  needBusinessReach(ask, role);
}

export function needInstagramPublish(ask: Asker, account: Instagram): void {
  const { page, role } = needInstagram(ask, account);
  if (!may(ask, 'instagram_content_publish', account.id)) throw missingReadPermission('instagram_content_publish');
  if (!may(ask, 'pages_read_engagement', page.id)) throw missingReadPermission('pages_read_engagement');
  if (!hasTask(role, 'MANAGE', 'CREATE_CONTENT')) throw missingTask('MANAGE or CREATE_CONTENT');
  needBusinessReach(ask, role);
}

/** Data access lapsed 90 days after the person was last active; the token itself stays valid. */
const lapsed = (): GraphError =>
  new GraphError(
    10,
    '(#10) The data access of this application has expired: the person has to log in to the app again.',
  );

export const wrongValue = (name: string, allowed: readonly string[]): GraphError =>
  invalidParameter(`Param ${name} must be one of {${allowed.join(', ')}}`);
