/** Reads the services by their client ids: scopes and organisations of each. */
import { z } from 'zod';
import { SUBJECT_IS_CLIENT, type ServiceClient, type ServiceProof } from '@application/organisations/identity.js';
import type { OrgId } from '@domain/ids.js';
import { isOrgId } from '@domain/organisation/organisation.js';
import { SERVICE_SCOPES } from '@domain/organisation/role.js';
import { checkJson } from '../strict-json.js';
import { required } from './setting.js';

/** Large enough for all services of one issuer. */
const BOUNDS = { depth: 3, keys: 10_000 };

const FORM = '{"<client id>": {"scopes": ["read", …], "orgs": ["<organisation>", …] or "*", "name": "<for people>"}}';
const PROBLEM = `has to be JSON: ${FORM}, each client and field once, and nothing else in it (the name may be left out); scopes are ${SERVICE_SCOPES.join(', ')}; {} for none`;

const CLIENT = z.strictObject({
  scopes: z.array(z.enum(SERVICE_SCOPES)).refine((scopes) => new Set(scopes).size === scopes.length),
  orgs: z.union([z.literal('*'), z.array(z.custom<OrgId>((id) => typeof id === 'string' && isOrgId(id)))]),
  name: z
    .string()
    .max(100)
    .refine((name) => name.trim() !== '')
    .optional(),
});
/** By entries: a record of zod's passes over a key named `__proto__`. */
const CLIENTS = z.array(z.tuple([z.string().min(1), CLIENT]));

export const SERVICE_CLIENTS = required(`${FORM}; {} for none`).transform((text, context): ServiceClient[] => {
  try {
    checkJson(text, BOUNDS);
    const clients: unknown = JSON.parse(text);
    // A number or a list has entries as well, or none: either would count as no services.
    z.looseObject({}).parse(clients);
    return CLIENTS.parse(Object.entries(clients as object)).map(([clientId, { name, ...client }]) => ({
      clientId,
      ...(name !== undefined && { name }),
      ...client,
    }));
  } catch {
    context.addIssue({ code: 'custom', message: PROBLEM });
    return z.NEVER;
  }
});

/** `<claim>=<value>`, for issuers whose client credentials do not give `sub` the client's id. */
export const SERVICE_PROOF = z
  .string()
  .regex(/^[\w.:/-]+=[ -~]+$/, {
    error: 'has to be <claim>=<value>, as gty=client-credentials or sub={client_id}@clients',
  })
  .transform((text): ServiceProof => {
    const at = text.indexOf('=');
    return { claim: text.slice(0, at), value: text.slice(at + 1) };
  })
  .default(SUBJECT_IS_CLIENT);
