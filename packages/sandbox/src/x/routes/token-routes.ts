/** X's token and revoke endpoints: client check, code exchange, rotation, revocation (docs/providers/x.md §2.2–2.4). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sameSecret, type App } from '../../core/apps.js';
import { callOf } from '../../core/call.js';
import type { World } from '../../core/world.js';
import { appBearer } from '../access/app-token.js';
import { oauthError } from '../contract/errors.js';
import { accessLife, graceWindow, proves, type Grants, type Pair, type Token } from '../access/grants.js';

/** The body's parameters. Form and JSON are both read: a widespread client sends JSON and is served. */
function parametersOf(request: FastifyRequest): Record<string, string> {
  const body = request.body;
  if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return {};
  const given: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (Array.isArray(value)) throw oauthError(400, 'invalid_request', `Parameter [${name}] was given more than once.`);
    if (typeof value === 'string') given[name] = value;
  }
  return given;
}

const demand = (given: Record<string, string>, name: string): string => {
  const value = given[name];
  if (value === undefined || value === '')
    throw oauthError(400, 'invalid_request', `Missing required parameter [${name}].`);
  return value;
};

function basicCredentials(request: FastifyRequest): [string, string] | undefined {
  const encoded = /^basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : [decoded.slice(0, colon), decoded.slice(colon + 1)];
}

/** Who is calling. A secret in the body alone is not enough; a public client has none and names itself. */
function client(world: World, request: FastifyRequest, given: Record<string, string>): App {
  const basic = basicCredentials(request);
  const missing = oauthError(401, 'unauthorized_client', 'Missing valid authorization header');
  const app = world.apps.find('x', basic?.[0] ?? given['client_id'] ?? '');
  if (basic && !app) throw oauthError(401, 'invalid_client', 'Client authentication failed');
  if (!app) throw missing;
  if (world.switches.get('x.app') === 'suspended')
    throw oauthError(401, 'invalid_client', 'Client authentication failed');
  if (app.clientSecret !== undefined && (!basic || !sameSecret(basic[1], app.clientSecret))) throw missing;
  callOf(request).client = app.clientId;
  return app;
}

function answer(request: FastifyRequest, pair: Pair): Record<string, unknown> {
  callOf(request).issued.push(pair.access, ...(pair.refresh === undefined ? [] : [pair.refresh]));
  return {
    token_type: 'bearer',
    expires_in: accessLife / 1000,
    access_token: pair.access,
    scope: pair.scope,
    ...(pair.refresh === undefined ? {} : { refresh_token: pair.refresh }),
  };
}

export function tokenRoutes(app: FastifyInstance, world: World, grants: Grants): void {
  const invalid = (what: 'authorization code' | 'token', person?: string): Error =>
    oauthError(400, world.switches.get('x.invalid_token_error', person), `Value passed for the ${what} was invalid.`);

  function exchange(request: FastifyRequest, given: Record<string, string>, caller: App): Pair {
    const code = grants.findCode(demand(given, 'code'));
    const redirectUri = demand(given, 'redirect_uri');
    const verifier = demand(given, 'code_verifier');
    if (code) callOf(request).person = code.person;
    if (
      !code ||
      code.client !== caller.clientId ||
      code.used === 1 ||
      world.clock.now(code.person) >= code.expires_at
    ) {
      throw invalid('authorization code', code?.person);
    }
    if (code.redirect_uri !== redirectUri) {
      throw oauthError(
        400,
        'invalid_request',
        'Value passed for the redirect uri did not match the uri of the authorization code.',
      );
    }
    if (!proves(verifier, code)) {
      throw oauthError(400, 'invalid_request', 'Value passed for the code verifier did not match the code challenge.');
    }
    return grants.redeem(code);
  }

  function refresh(request: FastifyRequest, given: Record<string, string>, caller: App): Pair {
    const token = grants.find(demand(given, 'refresh_token'));
    const call = callOf(request);
    if (!token || token.kind !== 'rt' || token.client !== caller.clientId) throw invalid('token');
    call.person = token.person;
    if (token.state === 'rotated') return reuse(request, token);
    if (!grants.isLive(token)) throw invalid('token', token.person);
    call.notes.push('rotated');
    return grants.rotate(
      token,
      world.switches.get('x.refresh_omits_token', token.person) === 'on',
      world.switches.get('x.refresh_kills_access', token.person) === 'on',
    );
  }

  function reuse(request: FastifyRequest, token: Token): Pair {
    const mode = world.switches.get('x.refresh_reuse', token.person);
    const call = callOf(request);
    call.notes.push('reused');
    if (mode === 'family_kill') {
      grants.endGrant(token.grant_id);
      call.notes.push('family_killed');
    }
    const successor = token.next_refresh === null ? undefined : grants.find(token.next_refresh);
    const inTime = world.clock.now(token.person) < (token.rotated_at ?? 0) + graceWindow;
    if (mode === 'grace' && inTime && successor?.state === 'live' && token.next_access !== null) {
      call.notes.push('grace');
      return { access: token.next_access, refresh: successor.token, scope: token.scope };
    }
    throw invalid('token', token.person);
  }

  app.post('/2/oauth2/token', (request, reply: FastifyReply) => {
    const given = parametersOf(request);
    const caller = client(world, request, given);
    const grantType = demand(given, 'grant_type');
    void reply.header('cache-control', 'no-store');
    if (grantType === 'authorization_code') return answer(request, exchange(request, given, caller));
    if (grantType === 'refresh_token') return answer(request, refresh(request, given, caller));
    throw oauthError(400, 'unsupported_grant_type', `Value passed for grant_type [${grantType}] is not supported.`);
  });

  app.post('/2/oauth2/revoke', (request) => {
    const given = parametersOf(request);
    const caller = client(world, request, given);
    const token = grants.find(demand(given, 'token'));
    const call = callOf(request);
    if (!token || token.client !== caller.clientId || token.state !== 'live') {
      if (token) call.person = token.person;
      const mode = world.switches.get('x.revoke_unknown', token?.person);
      if (mode === 'invalid') throw invalid('token', token?.person);
      return { revoked: mode === 'ok' };
    }
    call.person = token.person;
    if (world.switches.get('x.revoke_cascade', token.person) === 'on') {
      grants.endGrant(token.grant_id);
      call.notes.push('cascade');
    } else grants.revoke(token.token);
    return { revoked: true };
  });

  // The app's own bearer (§3.2, §6.4), by the older path that still hands it out.
  app.post('/oauth2/token', (request) => {
    const given = parametersOf(request);
    const caller = client(world, request, given);
    if (given['grant_type'] !== 'client_credentials')
      throw oauthError(400, 'unsupported_grant_type', 'client_credentials is expected');
    return { token_type: 'bearer', access_token: appBearer(caller) };
  });
}
