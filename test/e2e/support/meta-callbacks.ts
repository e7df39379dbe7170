// Meta's side of a disconnect: its callbacks pointed at us, its signed requests made by hand, and what it was answered.
import { createHmac } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import type { Json } from '../../support/api-client.js';
import type { Fixture } from '../../support/fixture.js';
import { control } from './control.js';
import { raw, type RawAnswer } from './raw.js';

export const APP_SECRET = 'sandbox-meta-secret';
const PATHS = { deauthorize: '/webhooks/meta/deauthorize', data_deletion: '/webhooks/meta/data-deletion' } as const;
export type Kind = keyof typeof PATHS;

/** As in Meta's dashboard: where this app wants its callbacks. */
export async function listenToMeta(fixture: Fixture, clientSecret = APP_SECRET): Promise<void> {
  await control(fixture, 'POST', '/apps', {
    platform: 'meta',
    client_id: '900100200300400',
    client_secret: clientSecret,
    settings: {
      deauthorize_url: fixture.origin + PATHS.deauthorize,
      data_deletion_url: fixture.origin + PATHS.data_deletion,
    },
  });
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

export function encode(payload: unknown): string {
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)).toString('base64url');
}

export function sign(message: string, secret = APP_SECRET, algorithm = 'sha256'): string {
  return createHmac(algorithm, secret).update(message).digest('base64url');
}

/** `signed_request`, as Meta builds it; what is given stands in the payload beside what belongs there. */
export function signedRequest(payload: Record<string, unknown>, secret = APP_SECRET): string {
  const encoded = encode({ algorithm: 'HMAC-SHA256', issued_at: nowSeconds(), ...payload });
  return `${sign(encoded, secret)}.${encoded}`;
}

export function postForm(
  fixture: Pick<Fixture, 'origin'>,
  kind: Kind,
  body: string,
  headers: Record<string, string> = {},
): Promise<RawAnswer> {
  return raw(fixture.origin, PATHS[kind], {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });
}

export function post(fixture: Pick<Fixture, 'origin'>, kind: Kind, request: string): Promise<RawAnswer> {
  return postForm(fixture, kind, new URLSearchParams({ signed_request: request }).toString());
}

/** What the sandbox sent of its own accord about this person, each with our answer to it. */
export async function sentByMeta(fixture: Fixture, person: string): Promise<Json[]> {
  return (await control(fixture, 'GET', `/meta/callbacks?person=${person}`)).data as Json[];
}

/** Until nothing that Meta told us waits to be acted on. */
export function allDone(fixture: Fixture): Promise<void> {
  return eventually(async () => {
    const open = await fixture.sql(`select kind from app.provider_callback where state = 'received'`);
    if (open.length > 0) throw new Error(`${open.length} callbacks are still open`);
  });
}
