/** Creates people, Pages and Instagram accounts: for the control API, and for the seed. */
import { z } from 'zod';
import { between, pick } from '../../core/chance.js';
import type { Directory } from './directory.js';
import type { Person } from './rows.js';
import { makeId } from './ids.js';
import { CATEGORIES, handle, pageName } from './names.js';

export const ALL_TASKS: readonly string[] = [
  'ADVERTISE',
  'ANALYZE',
  'CREATE_CONTENT',
  'MESSAGING',
  'MODERATE',
  'MANAGE',
];

const count = z.number().int().min(0).max(10_000_000);

export const instagramShape = z.strictObject({
  username: z.string().min(1).max(30).optional(),
  name: z.string().optional(),
  media: count.optional(),
  followers: count.optional(),
});

export const pageShape = z.strictObject({
  /** An existing Page: this person gets a role on it, and nothing is created. */
  id: z.string().optional(),
  name: z.string().min(1).max(75).optional(),
  tasks: z.array(z.string()).optional(),
  instagram: z.union([z.boolean(), instagramShape]).optional(),
  posts: count.optional(),
  reels: count.optional(),
  followers: count.optional(),
  portfolio: z.enum(['owned', 'client']).optional(),
});

export const personShape = z.strictObject({
  platform: z.literal('meta').optional(),
  name: z.string().min(1).max(100).optional(),
  app_role: z.boolean().optional(),
  pages: z.array(pageShape).max(2000).optional(),
  page_count: z.number().int().min(0).max(2000).optional(),
});

export type PersonRequest = z.infer<typeof personShape>;
export type PageRequest = z.infer<typeof pageShape>;

export interface CreatedPage {
  id: string;
  name: string;
  tasks: readonly string[];
  instagram_id?: string;
  instagram_username?: string;
}

export interface CreatedPerson {
  person: Person;
  pages: CreatedPage[];
}

export function createPerson(directory: Directory, request: PersonRequest, now: number): CreatedPerson {
  return directory.together(() => {
    const person = directory.addPerson(request.name, request.app_role !== false, now);
    const pages = request.pages ?? Array.from({ length: request.page_count ?? 1 }, () => ({}));
    return { person, pages: pages.map((page) => createPage(directory, person.id, page, now)) };
  });
}

/** A Page with this person's role on it; the person's later dialogs show it, earlier grants don't hold it. */
export function createPage(directory: Directory, personId: string, request: PageRequest, now: number): CreatedPage {
  const tasks = request.tasks ?? ALL_TASKS;
  const through = request.portfolio ?? 'personal';
  if (request.id !== undefined) {
    const page = directory.page(request.id);
    if (page === undefined) throw new RangeError(`no Page ${request.id}`);
    giveRole(directory, personId, page.id, tasks, through);
    return { id: page.id, name: page.name, tasks };
  }
  const serial = directory.nextSerial('meta_pages');
  const id = makeId('page', serial);
  const name = request.name ?? pageName(serial);
  const business = request.portfolio === undefined ? null : portfolioOf(directory, personId, request.portfolio);
  directory.run(
    'insert into meta_pages values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    serial,
    id,
    name,
    `${handle(name)}${serial}`,
    pick(`page/${serial}/category`, CATEGORIES),
    request.followers ?? between(`page/${serial}/followers`, 250, 5000),
    request.posts ?? 6,
    request.reels ?? 0,
    business,
    now,
  );
  giveRole(directory, personId, id, tasks, through);
  if (!request.instagram) return { id, name, tasks };
  const instagram = createInstagram(directory, id, name, request.instagram === true ? {} : request.instagram, now);
  return { id, name, tasks, ...instagram };
}

export function createInstagram(
  directory: Directory,
  pageId: string,
  pageName: string,
  request: z.infer<typeof instagramShape>,
  now: number,
): { instagram_id: string; instagram_username: string } {
  const serial = directory.nextSerial('meta_instagram');
  const id = makeId('instagram', serial);
  const username = request.username ?? `${handle(pageName)}_${serial}`;
  directory.run(
    'insert into meta_instagram values (?, ?, ?, ?, ?, ?, ?, ?)',
    serial,
    id,
    pageId,
    username,
    request.name ?? pageName,
    request.followers ?? between(`instagram/${serial}/followers`, 150, 9000),
    request.media ?? 6,
    now,
  );
  return { instagram_id: id, instagram_username: username };
}

export function giveRole(
  directory: Directory,
  personId: string,
  pageId: string,
  tasks: readonly string[],
  through: string,
): void {
  directory.run(
    'insert or replace into meta_roles values (?, ?, ?, ?)',
    personId,
    pageId,
    JSON.stringify(tasks),
    through,
  );
}

/** One portfolio per person; a client Page belongs to somebody else's business, which has no row of its own. */
function portfolioOf(directory: Directory, personId: string, kind: 'owned' | 'client'): string {
  const known = directory.businessesOf(personId)[0];
  if (known !== undefined) return known.id;
  const serial = directory.nextSerial('meta_businesses');
  const id = makeId('business', serial);
  directory.run(
    'insert into meta_businesses values (?, ?, ?, ?)',
    serial,
    id,
    `Portfolio ${serial} (${kind})`,
    personId,
  );
  return id;
}
