/** The settings of the Meta adapter: our registration at Meta, and Meta's addresses. */

export interface MetaConfig {
  readonly appId: string;
  readonly appSecret: string;
  /** Set for apps on Facebook Login for Business: their permissions are set in this configuration at Meta. */
  readonly configId?: string;
  /**
   * The scopes that are requested (classic login), or that the configuration holds; missing ones are found by this
   * list.
   */
  readonly scopes?: readonly string[];
  /** The login dialog; an origin, since paths and versions are the adapter's own. Default `https://www.facebook.com`. */
  readonly dialogOrigin?: string;
  /** Default `https://graph.facebook.com`. */
  readonly graphOrigin?: string;
  /** Of the Graph API, `v27.0`. */
  readonly graphVersion?: string;
}

export interface MetaSettings {
  readonly appId: string;
  readonly appSecret: string;
  readonly configId: string | null;
  readonly scopes: readonly string[];
  readonly dialogOrigin: string;
  readonly graphOrigin: string;
  readonly graphVersion: string;
}

/** Always in the path: without one, a setting in Meta's dashboard decides. docs/providers/meta.md, "Version, hosts, conventions". */
const GRAPH_VERSION = 'v27.0';

/** docs/providers/meta.md, "Scopes and tasks". `business_management` makes Pages of a portfolio visible. */
export const META_SCOPES = [
  'pages_show_list',
  'pages_read_engagement',
  'pages_read_user_content',
  'read_insights',
  'pages_manage_posts',
  'instagram_basic',
  'instagram_manage_insights',
  'instagram_content_publish',
  'business_management',
] as const;

export function metaSettings(config: MetaConfig): MetaSettings {
  return {
    appId: config.appId.trim(),
    appSecret: config.appSecret.trim(),
    configId: config.configId?.trim() || null,
    scopes: config.scopes ?? META_SCOPES,
    dialogOrigin: new URL(config.dialogOrigin ?? 'https://www.facebook.com').origin,
    graphVersion: config.graphVersion ?? GRAPH_VERSION,
    graphOrigin: new URL(config.graphOrigin ?? 'https://graph.facebook.com').origin,
  };
}
