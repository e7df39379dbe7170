/** What happens to Pages at Meta by itself: roles, names, Instagram links, and posts made there by hand. */
import { z } from 'zod';
import { parse } from '../../core/requests.js';
import { ControlError, type Platform } from '../../core/platform.js';
import type { Meta } from '../graph/meta.js';
import { ALL_TASKS, createInstagram, createPage, giveRole, instagramShape, pageShape } from '../people/create.js';
import { eventShape as base, pageOf, personEventShape as ofPerson, personOf } from './find.js';

const ofPage = { ...ofPerson, page: z.string() };

export function pageEvents(meta: Meta): Platform['events'] {
  return {
    /** The person loses the role on a Page (the first one, if none is named): its token dies with 190/492, the connection lives on. */
    role_dropped(body) {
      const asked = parse(z.strictObject({ ...ofPerson, page: z.string().optional() }), body);
      const person = personOf(meta, asked.person).id;
      const page = asked.page === undefined ? meta.directory.pagesOf(person)[0] : pageOf(meta, asked.page);
      if (page === undefined) throw new ControlError('this person has no Page', 409);
      meta.directory.run('delete from meta_roles where person_id = ? and page_id = ?', person, page.id);
      return { person, page: page.id };
    },
    role_given(body) {
      const asked = parse(
        z.strictObject({
          ...ofPage,
          tasks: z.array(z.string()).optional(),
          portfolio: z.enum(['owned', 'client']).optional(),
        }),
        body,
      );
      giveRole(
        meta.directory,
        personOf(meta, asked.person).id,
        pageOf(meta, asked.page).id,
        asked.tasks ?? ALL_TASKS,
        asked.portfolio ?? 'personal',
      );
      return { person: asked.person, page: asked.page };
    },
    page_created(body) {
      const { person, page } = parse(z.strictObject({ ...ofPerson, page: pageShape.optional() }), body);
      return { page: createPage(meta.directory, personOf(meta, person).id, page ?? {}, meta.now(person)) };
    },
    page_renamed(body) {
      const { page, name } = parse(z.strictObject({ ...base, page: z.string(), name: z.string().min(1) }), body);
      meta.directory.run('update meta_pages set name = ? where id = ?', name, pageOf(meta, page).id);
      return { page, name };
    },
    instagram_linked(body) {
      const { page: id, instagram } = parse(
        z.strictObject({ ...base, page: z.string(), instagram: instagramShape.optional() }),
        body,
      );
      const page = pageOf(meta, id);
      if (page.instagramId !== undefined) throw new ControlError('the Page has an Instagram account already', 409);
      return createInstagram(meta.directory, page.id, page.name, instagram ?? {}, meta.now());
    },
    instagram_unlinked(body) {
      const { page } = parse(z.strictObject({ ...base, page: z.string() }), body);
      meta.directory.run(
        "update meta_instagram set page_id = 'unlinked ' || id where page_id = ?",
        pageOf(meta, page).id,
      );
      return { page };
    },
  };
}
