/**
 * What we ask for and no machine-readable specification lists, each with where Meta or X documents it. A name that is in
 * neither place may not be asked.
 */

/** OAuth is in X's guide and not in its OpenAPI document. */
export const X_OAUTH: Readonly<Record<string, string>> = {
  'GET /i/oauth2/authorize': 'response_type client_id redirect_uri scope state code_challenge code_challenge_method',
  'POST /2/oauth2/token': 'grant_type code redirect_uri code_verifier refresh_token client_id',
  'POST /2/oauth2/revoke': 'token client_id',
};

/** Graph API overview and "Manually build a login flow": paths that are no node. */
export const GRAPH_PATHS: Readonly<Record<string, string>> = {
  'GET /dialog/oauth':
    'client_id redirect_uri state response_type scope config_id override_default_response_type auth_type',
  'POST /oauth/access_token': 'client_id client_secret redirect_uri code grant_type fb_exchange_token',
  'GET /debug_token': 'input_token appsecret_proof',
  'POST /': 'batch include_headers appsecret_proof',
};

/** "Paging results", "Field expansion", "Securing requests": parameters and modifiers of every node and edge. */
export const GRAPH_EVERYWHERE = 'fields limit after appsecret_proof summary';

/** Fields that an edge adds to its rows: reference of `/{user}/accounts`. */
export const ROW_FIELDS: Readonly<Record<string, string>> = {
  'User.accounts': 'tasks',
  'User.assigned_pages': 'tasks',
};

/** Reference of IG Media, September 2026: counters that are younger than the specification. */
export const NODE_FIELDS: Readonly<Record<string, string>> = { IGMedia: 'shares_count saved_count' };

/** Reference "Page Post Insights" after the withdrawal of 15 June 2026; the specification types a metric as any object. */
export const POST_METRICS =
  'post_media_view post_total_media_view_unique post_clicks post_reactions_by_type_total post_activity_by_action_type';

/** Fields that the SDK of April 2026 or earlier does not have yet. */
export const YOUNGER_THAN_SDK: Readonly<Record<string, string>> = NODE_FIELDS;
