/** `/oauth/access_token`: code to token, short-lived to long-lived, and the app's own token (docs/providers/meta.md, "Code → token"). */
import { sameSecret, type App } from '../../core/apps.js';
import type { GraphCall } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import type { Meta } from '../graph/meta.js';
import type { IssuedToken } from '../access/logins.js';

/** None of its refusals can be retried: the login has to start again. */
export function accessToken(meta: Meta, call: GraphCall): unknown {
  if (call.method === 'DELETE') throw invalidParameter('Unsupported delete request.');
  const app = client(meta, call);
  call.record.client = app.clientId;
  const grantType = call.params.get('grant_type');
  if (grantType === 'client_credentials') {
    return { access_token: `${app.clientId}|${app.clientSecret}`, token_type: 'bearer' };
  }
  if (grantType === 'fb_exchange_token') {
    return given(call, meta.logins.exchange(app, need(call, 'fb_exchange_token')));
  }
  if (grantType !== undefined && grantType !== 'authorization_code') {
    throw new GraphError(1, `Unsupported grant_type ${grantType}`, { status: 400 });
  }
  return given(call, meta.logins.redeem(app, need(call, 'code'), call.params.get('redirect_uri')));
}

function given(call: GraphCall, issued: IssuedToken & { personId: string }): IssuedToken {
  const { personId, ...answer } = issued;
  call.record.person = personId;
  call.record.issued.push(answer.access_token);
  return answer;
}

function client(meta: Meta, call: GraphCall): App {
  const id = need(call, 'client_id');
  const app = meta.app(id);
  if (app === undefined) {
    throw new GraphError(101, 'Error validating application. Cannot get application info due to a system error.');
  }
  const secret = call.params.get('client_secret') ?? '';
  if (app.clientSecret === undefined || !sameSecret(app.clientSecret, secret)) {
    throw new GraphError(1, 'Error validating client secret.', { status: 400 });
  }
  return app;
}

function need(call: GraphCall, name: string): string {
  const value = call.params.get(name);
  if (value !== undefined && value !== '') return value;
  const error = invalidParameter(`Missing ${name} parameter.`);
  error.message = `Missing ${name} parameter.`;
  throw error;
}
