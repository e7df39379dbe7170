/** The login dialog's rules: what it asks, what it takes from the earlier grant, and what an answer stores. */
import type { Chosen, Grant } from '../access/grants.js';
import { ALWAYS_GRANTED, assetsOf, type PermissionStatus } from '../contract/permissions.js';
import type { Meta } from '../graph/meta.js';
import type { Page, Person, Through } from '../people/rows.js';
import { answerUrl, DialogProblem, type DialogRequest } from './dialog-request.js';

/** What the consent page shows for one person. */
export interface Consent {
  readonly request: DialogRequest;
  readonly person: Person;
  /** `continue` reuses the earlier choice of assets: Pages made since stay invisible to the app. */
  readonly mode: 'choose' | 'continue';
  /** Permissions to tick, each with its tick so far. */
  readonly permissions: readonly { name: string; ticked: boolean }[];
  readonly pages: readonly { id: string; name: string; through: Through; ticked: boolean }[];
  readonly instagrams: readonly { id: string; name: string; ticked: boolean }[];
  /** All current and future assets. */
  readonly future: boolean;
}

/** A person's answer, as the form sends it. */
export interface Ticks {
  readonly decision: 'allow' | 'deny';
  readonly permissions: readonly string[];
  readonly pages: readonly string[];
  readonly instagrams: readonly string[];
  readonly future: boolean;
}

export function consentFor(meta: Meta, request: DialogRequest, person: Person, editing: boolean): Consent {
  const { settings, directory, grants } = meta;
  if (settings.is('development_mode', 'on', person.id) && !person.profile.appRole) {
    throw new DialogProblem(
      1349126,
      'App not active: This app is not currently accessible and the app developer is aware of the issue.',
      request.redirectUri,
      request.state,
    );
  }
  const grant = grants.living(request.app.clientId, person.id);
  const reopened = request.rerequest && settings.is('rerequest_reopens_picker', 'on', person.id);
  const remembers = grant !== undefined && settings.is('dialog_memory', 'on', person.id);
  const kinds = ASSET_KINDS.filter((kind) => wants(request, kind));
  // A kind of asset that was never asked for has no earlier choice to go on with.
  const known = kinds.every((kind) => askedBefore(grant, kind));
  const mode = remembers && known && !editing && !reopened ? 'continue' : 'choose';
  const pages = wants(request, 'page') ? directory.pagesOf(person.id) : [];
  const roles = directory.rolesOf(person.id);
  const accounts = wants(request, 'instagram') ? withInstagram(meta, directory.pagesOf(person.id)) : [];
  return {
    request,
    person,
    mode,
    permissions: asked(request, grant, mode).map((name) => ({ name, ticked: true })),
    pages: pages.map((page) => ({
      id: page.id,
      name: page.name,
      through: roles.get(page.id)?.through ?? 'personal',
      ticked: !askedBefore(grant, 'page') || isChosen(grant?.pages, page.id),
    })),
    instagrams: accounts.map(({ id, name }) => ({
      id,
      name,
      ticked: !askedBefore(grant, 'instagram') || isChosen(grant?.instagrams, id),
    })),
    future: grant !== undefined && grant.pages === null,
  };
}

/** Carries an answer out and gives the address the browser is sent to. */
export function answer(meta: Meta, consent: Consent, ticks: Ticks): string {
  const { request, person } = consent;
  const { state, redirectUri } = request;
  const denied = answerUrl(redirectUri, {
    error: 'access_denied',
    error_code: '200',
    error_description: 'Permissions error',
    error_reason: 'user_denied',
    state,
  });
  if (ticks.decision === 'deny') return denied;
  const fails = meta.settings.value('dialog_fails', person.id);
  if (fails === 'accepted_but_denied') return denied;
  const grant = meta.grants.living(request.app.clientId, person.id);
  const lapsed = grant !== undefined && meta.now(person.id) >= grant.dataAccessExpiresAt;
  meta.logins.accept(request.app, person, {
    permissions: { ...decided(consent, ticks), [ALWAYS_GRANTED]: 'granted' },
    pages: chosen(consent, grant, ticks, 'pages'),
    instagrams: chosen(consent, grant, ticks, 'instagrams'),
    renews: request.reauthorize || !lapsed || meta.settings.is('reauthorize_required', 'off', person.id),
  });
  return answerUrl(redirectUri, { code: meta.logins.issueCode(request.app, person, redirectUri), state });
}

const ASSET_KINDS = ['page', 'instagram'] as const;

const wants = (request: DialogRequest, assets: (typeof ASSET_KINDS)[number]): boolean =>
  request.permissions.some((name) => assetsOf(name) === assets);

/** First time and when choosing: everything requested. Later: what was never asked, and declined ones only by `rerequest`. */
function asked(request: DialogRequest, grant: Grant | undefined, mode: Consent['mode']): string[] {
  if (grant === undefined || mode === 'choose') return [...request.permissions];
  return request.permissions.filter((name) => {
    const status = grant.permissions[name];
    return status === undefined || status === 'expired' || (status === 'declined' && request.rerequest);
  });
}

const askedBefore = (grant: Grant | undefined, kind: (typeof ASSET_KINDS)[number]): boolean =>
  Object.keys(grant?.permissions ?? {}).some((name) => assetsOf(name) === kind);

const isChosen = (ids: Chosen | undefined, id: string): boolean => ids === null || ids?.includes(id) === true;

/** Facebook Login for Business: all or none. Classic: by tick. */
function decided({ request, permissions }: Consent, ticks: Ticks): Record<string, PermissionStatus> {
  return Object.fromEntries(
    permissions.map(
      ({ name }) => [name, request.business || ticks.permissions.includes(name) ? 'granted' : 'declined'] as const,
    ),
  );
}

function chosen(consent: Consent, grant: Grant | undefined, ticks: Ticks, kind: 'pages' | 'instagrams'): Chosen {
  const shown = wants(consent.request, kind === 'pages' ? 'page' : 'instagram');
  if (grant !== undefined && (consent.mode === 'continue' || !shown)) return grant[kind];
  if (ticks.future) return null;
  return consent[kind].map(({ id }) => id).filter((id) => ticks[kind].includes(id));
}

function withInstagram(meta: Meta, pages: readonly Page[]): { id: string; name: string }[] {
  return pages.flatMap(({ instagramId }) => {
    const account = instagramId === undefined ? undefined : meta.directory.instagram(instagramId);
    return account === undefined ? [] : [{ id: account.id, name: `@${account.username}` }];
  });
}
