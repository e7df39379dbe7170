/** The services that may ask, by their client ids: what each may do, and for whom. */
import { SUBJECT_IS_CLIENT, type ServiceClient, type ServiceProof } from '@application/organisations/identity.js';
import { isOrgId } from '@domain/organisation/organisation.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import { checkJson } from '../strict-json.js';
import type { Settings } from './settings.js';

/** For as many services as one issuer has. */
const BOUNDS = { depth: 3, keys: 10_000 };

const FORM = '{"<client id>": {"scopes": ["read", …], "orgs": ["<organisation>", …] or "*", "name": "<for people>"}}';

export function serviceClients(settings: Settings): ServiceClient[] {
  const text = settings.required('SERVICE_CLIENTS', `${FORM}; {} for none`);
  if (text === '') return [];
  try {
    checkJson(text, BOUNDS);
    return Object.entries(plain(JSON.parse(text))).map(([clientId, entry]) => serviceClient(clientId, entry));
  } catch {
    settings.problems.push(
      `SERVICE_CLIENTS has to be JSON: ${FORM}, each client and field once, and nothing else in it (the name may be left out); scopes are ${SERVICE_SCOPES.join(', ')}; {} for none.`,
    );
    return [];
  }
}

/** `<claim>=<value>`, for issuers whose client credentials do not give `sub` the client's id. */
export function serviceProof(settings: Settings): ServiceProof {
  const text = settings.optional('SERVICE_PROOF');
  if (text === undefined) return SUBJECT_IS_CLIENT;
  const [, claim, value] = /^([\w.:/-]+)=([ -~]+)$/.exec(text) ?? [];
  if (claim !== undefined && value !== undefined) return { claim, value };
  settings.problems.push(
    'SERVICE_PROOF has to be <claim>=<value>, as gty=client-credentials or sub={client_id}@clients.',
  );
  return SUBJECT_IS_CLIENT;
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
