/** People and Pages named by a control request, or the 404 that says who is missing. */
import { z } from 'zod';
import { ControlError } from '../../core/platform.js';
import type { Meta } from '../graph/meta.js';
import type { Page, Person } from '../people/rows.js';

/** What every event's body carries. */
export const eventShape = { platform: z.string(), event: z.string() };
export const personEventShape = { ...eventShape, person: z.string() };

export function personOf(meta: Meta, id: string): Person {
  const person = meta.directory.person(id);
  if (person === undefined) throw new ControlError(`no person ${id} at Meta`, 404);
  return person;
}

export function pageOf(meta: Meta, id: string): Page {
  const page = meta.directory.page(id);
  if (page === undefined) throw new ControlError(`no Page ${id}`, 404);
  return page;
}

/** A post, media, Page or account: `id`, or `post` as the buttons of the sandbox's page name it. */
export const objectShape = { id: z.string().optional(), post: z.string().optional() };

export function objectOf(meta: Meta, named: { id?: string | undefined; post?: string | undefined }): string {
  const id = named.id ?? named.post;
  if (id === undefined) throw new ControlError('id: say which');
  const { posts, media, videos, directory } = meta;
  const found =
    posts.find(id, meta.now()) ?? media.find(id) ?? videos.find(id) ?? directory.page(id) ?? directory.instagram(id);
  if (found === undefined) throw new ControlError(`no object ${id}`, 404);
  return id;
}
