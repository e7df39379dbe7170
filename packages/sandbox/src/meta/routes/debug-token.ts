/** `debug_token`: what a token is, for whom, and why it is dead if it is (docs/providers/meta.md, "Token inspection"). */
import type { Ask } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import { granularScopes } from '../nodes/user-node.js';
import { grantedPermissions } from '../access/grants.js';
import { openToken } from '../access/token.js';

/** An invalid input token is still answered with 200; only a bad caller gets an error. */
export function debugToken(ask: Ask): unknown {
  const { meta, viewer } = ask;
  const input = ask.args.get('input_token');
  if (input === undefined || input === '') throw invalidParameter('The parameter input_token is required');
  const mayAsk = viewer.kind === 'app' || (viewer.kind === 'user' && viewer.person.profile.appRole);
  if (!mayAsk) throw notYours();
  if (input.includes('|')) {
    const app = meta.authentication.appOf(input);
    return { data: { app_id: app.clientId, type: 'APP', application: APPLICATION, is_valid: true, scopes: [] } };
  }
  const facts = openToken(input);
  if (facts === undefined) {
    return invalid(new GraphError(190, 'Invalid OAuth access token - Cannot parse access token'));
  }
  if (facts.appId !== viewer.app.clientId) {
    throw notYours();
  }
  const known = { app_id: facts.appId, type: facts.kind, application: APPLICATION };
  const verdict = meta.authentication.judge(input, facts);
  if (verdict instanceof GraphError) {
    return invalid(verdict, { ...known, expires_at: facts.expiresAt, user_id: facts.personId });
  }
  ask.call.record.person = verdict.person.id;
  const named = meta.settings.is('debug_profile_id', 'present', verdict.person.id);
  return {
    data: {
      ...known,
      issued_at: facts.issuedAt,
      expires_at: facts.expiresAt,
      data_access_expires_at: Math.floor(verdict.grant.dataAccessExpiresAt / 1000),
      is_valid: true,
      ...(facts.pageId !== undefined && named && { profile_id: facts.pageId }),
      user_id: facts.personId,
      scopes: grantedPermissions(verdict.grant),
      granular_scopes: granularScopes(meta, verdict),
    },
  };
}

const notYours = (): GraphError =>
  invalidParameter(
    'You must provide an app access token, or a user access token that is an owner or developer of the app',
  );

const APPLICATION = 'Social Connections';

/** Inside `data.error` the key is `subcode`, not `error_subcode`. */
function invalid(error: GraphError, known: Record<string, unknown> = {}): unknown {
  const { subcode } = error.details;
  return {
    data: {
      ...known,
      error: { code: error.code, message: error.message, ...(subcode !== undefined && { subcode }) },
      is_valid: false,
      scopes: [],
    },
  };
}
