/** What can happen at Meta by itself: `POST /_sandbox/events {platform: "meta", event, …}`. */
import { z } from 'zod';
import { ControlError, type Platform } from '../../core/platform.js';
import { parse } from '../../core/requests.js';
import { isKnownPermission } from '../contract/permissions.js';
import { throttleCodes } from '../access/rate-limits.js';
import type { Meta } from '../graph/meta.js';
import type { Person, PersonState } from '../people/rows.js';
import { isNumberName, numberNames } from '../contract/switches.js';
import { contentEvents } from './content-events.js';
import { eventShape as base, pageOf, personEventShape as ofPerson, personOf } from './find.js';
import { pageEvents } from './page-events.js';

const ofGrant = { ...ofPerson, app: z.string().optional() };
/** Whose calls: a person's, a Page's or an Instagram account's; everybody's without one. Beside a subject, the person says whose clock. */
const ofSubject = { subject: z.string().optional(), person: z.string().optional() };
const STATES = ['ok', 'checkpoint', 'unconfirmed', 'consent_blocked'] as const;

/** Each event answers with what it changed. */
export function events(meta: Meta): Platform['events'] {
  return { ...accountEvents(meta), ...grantEvents(meta), ...pageEvents(meta), ...contentEvents(meta) };
}

function accountEvents(meta: Meta): Platform['events'] {
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
    /** checkpoint 190/459, unconfirmed 190/464, consent_blocked 190/483; `ok` ends them. */
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
      const shape = {
        ...base,
        ...ofSubject,
        code: z.number().int().default(4),
        minutes: z.number().positive().default(60),
      };
      const { code, minutes, ...asked } = parse(z.strictObject(shape), body);
      const subject = asked.subject ?? asked.person;
      if (!throttleCodes.includes(code)) throw new ControlError(`code is one of ${throttleCodes.join(', ')}`);
      const now = asked.person === undefined ? clockOf(meta, subject) : meta.now(asked.person);
      meta.limits.throttle(code, subject ?? '', now + minutes * 60_000);
      return { code, subject: subject ?? null };
    },
    unthrottled(body) {
      const asked = parse(z.strictObject({ ...base, ...ofSubject }), body);
      return { released: meta.limits.release(asked.subject ?? asked.person) };
    },
  };
}

/** A subject's time. Calls go by their person's clock, so a Page's is the furthest of its people's. */
function clockOf(meta: Meta, subject = ''): number {
  if (meta.directory.person(subject) !== undefined) return meta.now(subject);
  const people = meta.directory.peopleOf(meta.directory.instagram(subject)?.pageId ?? subject);
  return people.length === 0 ? meta.now() : Math.max(...people.map((person) => meta.now(person)));
}

function grantEvents(meta: Meta): Platform['events'] {
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
