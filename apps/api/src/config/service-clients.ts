/** The services that may ask, by their client ids: what each may do, and for whom. */
import type { ServiceClient } from '@application/organisations/identity.js';
import { isOrgId } from '@domain/organisation/organisation.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import type { Settings } from './settings.js';

const FORM = '{"<client id>": {"scopes": ["read", …], "orgs": ["<organisation>", …] or "*", "name": "<for people>"}}';

export function serviceClients(settings: Settings): ServiceClient[] {
  const text = settings.required('SERVICE_CLIENTS', `${FORM}; {} for none`);
  if (text === '') return [];
  try {
    return Object.entries(plain(JSON.parse(text))).map(([clientId, entry]) => serviceClient(clientId, entry));
  } catch {
    settings.problems.push(
      `SERVICE_CLIENTS has to be JSON: ${FORM}, and nothing else in it (the name may be left out); scopes are ${SERVICE_SCOPES.join(', ')}; {} for none.`,
    );
    return [];
  }
}

/** @throws TypeError */
function serviceClient(clientId: string, entry: unknown): ServiceClient {
  const { scopes, orgs, name, ...more } = plain(entry);
  if (clientId === '' || Object.keys(more).length > 0) throw new TypeError('entry');
  if (name !== undefined && (typeof name !== 'string' || name.trim() === '' || name.length > 100))
    throw new TypeError('name');
  const named = name === undefined ? {} : { name };
  const known = SERVICE_SCOPES.filter((scope) => Array.isArray(scopes) && scopes.includes(scope));
  if (!Array.isArray(scopes) || known.length !== scopes.length) throw new TypeError('scopes');
  if (orgs === '*') return { clientId, ...named, scopes: known, orgs };
  if (!Array.isArray(orgs) || !orgs.every((org) => typeof org === 'string' && isOrgId(org))) {
    throw new TypeError('orgs');
  }
  return { clientId, ...named, scopes: known, orgs };
}

/** A number or a list has entries as well, or none: either would pass for no services. */
function plain(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('object');
  return value as Record<string, unknown>;
}
