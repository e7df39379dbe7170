/** What can happen at Meta by itself: `POST /_sandbox/events {platform: "meta", event, …}`. */
import { z } from 'zod';
import { ControlError, type Platform } from '../../core/platform.js';
import { parse } from '../../control/bodies.js';
import { isKnownPermission } from '../access/permissions.js';
import { throttleCodes } from '../graph/usage.js';
import type { Meta } from '../meta.js';
import { ALL_TASKS, bearInstagram, bearPage, giveRole, instagramShape, pageShape } from '../people/birth.js';
import type { Page, Person, PersonState } from '../people/rows.js';
import { isNumberName, numberNames } from '../settings.js';

const base = { platform: z.string(), event: z.string() };
const ofPerson = { ...base, person: z.string() };
const ofGrant = { ...ofPerson, app: z.string().optional() };
const ofPage = { ...ofPerson, page: z.string() };
const STATES = ['ok', 'checkpoint', 'unconfirmed', 'consent_blocked'] as const;

type Events = Platform['events'];

/** Each event names what it touched, so that a script sees whom it hit. */
export function events(meta: Meta): Events {
  return { ...accountEvents(meta), ...grantEvents(meta), ...pageEvents(meta), ...contentEvents(meta) };
}

function accountEvents(meta: Meta): Events {
  const change = (body: unknown, work: (person: Person) => void) => {
    const person = personOf(meta, parse(z.strictObject(ofPerson), body).person);
    work(person);
    meta.directory.savePerson(person);
    return { person: person.id };
  };
  return {
    /** Kills every token of the person, Page tokens too: 190/460. */
    password_changed: (body) => change(body, (person) => void (person.profile.passwordEpoch += 1)),
    /** 190/467. */
    logged_out: (body) => change(body, (person) => void (person.profile.sessionEpoch += 1)),
    /** checkpoint 190/459, unconfirmed 190/464, consent_blocked 190/483; `ok` mends. */
    account_state(body) {
      const { person: id, state } = parse(z.strictObject({ ...ofPerson, state: z.enum(STATES) }), body);
      const person = personOf(meta, id);
      person.profile.state = state satisfies PersonState;
      meta.directory.savePerson(person);
      return { person: id, state };
    },
    /** Numbers of the settings for one person; `null` puts the default back. */
    configure(body) {
      const { person: id, settings } = parse(
        z.strictObject({ ...ofPerson, settings: z.record(z.string(), z.number().nullable()) }),
        body,
      );
      const person = personOf(meta, id);
      for (const [name, value] of Object.entries(settings)) {
        if (!isNumberName(name)) throw new ControlError(`unknown setting ${name}; known: ${numberNames().join(', ')}`);
        if (value === null) delete person.profile.numbers[name];
        else person.profile.numbers[name] = value;
      }
      meta.directory.savePerson(person);
      return { person: id, settings: person.profile.numbers };
    },
    /** Blocks calls with that code for some minutes; every call made meanwhile prolongs it. */
    throttled(body) {
      const { code, subject, minutes } = parse(
        z.strictObject({
          ...base,
          code: z.number().int(),
          subject: z.string().optional(),
          minutes: z.number().positive().optional(),
        }),
        body,
      );
      if (!throttleCodes.includes(code)) throw new ControlError(`code is one of ${throttleCodes.join(', ')}`);
      const now = meta.now(subject !== undefined && meta.directory.person(subject) ? subject : undefined);
      meta.usage.throttle(code, subject ?? '', now + (minutes ?? 60) * 60_000);
      return { code, subject: subject ?? null };
    },
    unthrottled(body) {
      const { subject } = parse(z.strictObject({ ...base, subject: z.string().optional() }), body);
      return { released: meta.usage.release(subject) };
    },
  };
}

function grantEvents(meta: Meta): Events {
  const grantOf = (asked: { person: string; app?: string | undefined }) => {
    const person = personOf(meta, asked.person);
    const app = meta.app(asked.app ?? meta.world.options.meta.appId);
    const grant = app && meta.grants.living(app.clientId, person.id);
    if (app === undefined || grant === undefined) throw new ControlError('no living grant of this person', 409);
    return { person, app, grant };
  };
  return {
    /** The person removes the app at Meta: tokens die with 190/458 and the deauthorize callback goes out. */
    grant_revoked(body) {
      const { person, app } = grantOf(parse(z.strictObject(ofGrant), body));
      meta.revokeGrant(app.clientId, person, true);
      return { person: person.id };
    },
    permission_changed(body) {
      const asked = parse(
        z.strictObject({ ...ofGrant, permission: z.string(), status: z.enum(['granted', 'declined', 'expired']) }),
        body,
      );
      if (!isKnownPermission(asked.permission)) throw new ControlError(`unknown permission ${asked.permission}`);
      const { grant } = grantOf(asked);
      meta.grants.setPermission(grant, asked.permission, asked.status);
      return { person: asked.person, permission: asked.permission, status: asked.status };
    },
    /** Ninety days without activity, at once. */
    data_access_expired(body) {
      const { person, grant } = grantOf(parse(z.strictObject(ofGrant), body));
      meta.grants.save({ ...grant, dataAccessExpiresAt: meta.now(person.id) });
      return { person: person.id };
    },
    /** One token dies alone, with a subcode or without. */
    token_killed(body) {
      const { token, subcode } = parse(
        z.strictObject({ ...base, token: z.string(), subcode: z.number().int().optional() }),
        body,
      );
      meta.grants.killToken(token, subcode);
      return { killed: true };
    },
    /** The person asks for erasure: a signed data-deletion callback. */
    data_deletion_requested(body) {
      const asked = parse(z.strictObject(ofGrant), body);
      const person = personOf(meta, asked.person);
      const app = meta.app(asked.app ?? meta.world.options.meta.appId);
      if (app === undefined) throw new ControlError('no such app', 404);
      return { callback: meta.callbacks.send('data_deletion', app, { personId: person.id }) ?? null };
    },
    /** A Page removes the app: `profile_id`, and a `user_id` of 0. */
    page_removed_app(body) {
      const { page } = parse(z.strictObject({ ...base, page: z.string() }), body);
      const app = meta.app(meta.world.options.meta.appId);
      if (app === undefined) throw new ControlError('no such app', 404);
      return {
        callback: meta.callbacks.send('deauthorize', app, { personId: '', pageId: pageOf(meta, page).id }) ?? null,
      };
    },
  };
}

function pageEvents(meta: Meta): Events {
  return {
    /** The person loses the role: the Page's token dies with 190/492, the connection lives on. */
    role_dropped(body) {
      const { person, page } = parse(z.strictObject(ofPage), body);
      meta.directory.run(
        'delete from meta_roles where person_id = ? and page_id = ?',
        personOf(meta, person).id,
        pageOf(meta, page).id,
      );
      return { person, page };
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
      return { page: bearPage(meta.directory, personOf(meta, person).id, page ?? {}, meta.now(person)) };
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
      return bearInstagram(meta.directory, page.id, page.name, instagram ?? {}, meta.now());
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

function contentEvents(meta: Meta): Events {
  const object = z.strictObject({ ...base, id: z.string() });
  return {
    /** A post, reel or media disappears from lists and by id. */
    post_deleted(body) {
      const { id } = parse(object, body);
      meta.directory.setMark(id, 'deleted', '1');
      return { id };
    },
    /** Multiplies an object's counts from now on: 0.5 halves them. Counts at Meta really fall. */
    counts_changed(body) {
      const { id, factor } = parse(
        z.strictObject({ ...base, id: z.string(), factor: z.number().min(0).max(1000) }),
        body,
      );
      meta.directory.setMark(id, 'factor', String(factor));
      return { id, factor };
    },
    /** The media was posted before the account became a business: its insights answer 100/2108006 for good. */
    media_predates_business(body) {
      const { id } = parse(object, body);
      meta.directory.setMark(id, 'predates_business', '1');
      return { id };
    },
    /** A container ends as ERROR with this subcode. */
    container_failed(body) {
      const { id, subcode } = parse(
        z.strictObject({ ...base, id: z.string(), subcode: z.number().int().optional() }),
        body,
      );
      if (meta.containers.find(id) === undefined) throw new ControlError(`no container ${id}`, 404);
      meta.containers.fail(id, subcode ?? 2207026);
      return { id };
    },
  };
}

function personOf(meta: Meta, id: string): Person {
  const person = meta.directory.person(id);
  if (person === undefined) throw new ControlError(`no person ${id} at Meta`, 404);
  return person;
}

function pageOf(meta: Meta, id: string): Page {
  const page = meta.directory.page(id);
  if (page === undefined) throw new ControlError(`no Page ${id}`, 404);
  return page;
}
