/** X's route rules: what each route demands of a token, and its rate limits (docs/providers/x.md §3, §5). */

export interface RouteRule {
  /** Names the rate bucket: `GET /2/users/me`. */
  readonly name: string;
  scopes: readonly string[];
  /** Calls per 15 minutes and person. */
  user?: number;
  app?: { calls: number; hours: 0.25 | 24 };
  /** Whether the app's own bearer may call: public reads take either. Default: only a person's token. */
  bearer?: 'user' | 'either' | 'app';
}

/** A public reading route's needs, by X's list (docs/providers/x.md §3). */
const readScopes = ['tweet.read', 'users.read'] as const;
const writeScopes = ['tweet.read', 'tweet.write', 'users.read'] as const;

const upload = (name: string, user: number, app: number): RouteRule => ({
  name,
  scopes: ['media.write'],
  user,
  app: { calls: app, hours: 24 },
});

export const ROUTES = {
  me: { name: 'GET /2/users/me', scopes: readScopes, user: 75 },
  user: {
    name: 'GET /2/users/:id',
    scopes: readScopes,
    user: 900,
    app: { calls: 300, hours: 0.25 },
    bearer: 'either',
  },
  posts: {
    name: 'GET /2/tweets',
    scopes: readScopes,
    user: 5000,
    app: { calls: 3500, hours: 0.25 },
    bearer: 'either',
  },
  post: {
    name: 'GET /2/tweets/:id',
    scopes: readScopes,
    user: 900,
    app: { calls: 450, hours: 0.25 },
    bearer: 'either',
  },
  analytics: { name: 'GET /2/tweets/analytics', scopes: readScopes, user: 300 },
  timeline: {
    name: 'GET /2/users/:id/tweets',
    scopes: readScopes,
    user: 900,
    app: { calls: 10_000, hours: 0.25 },
    bearer: 'either',
  },
  /** X's own table of limits, 28 August 2026. */
  mentions: {
    name: 'GET /2/users/:id/mentions',
    scopes: readScopes,
    user: 300,
    app: { calls: 450, hours: 0.25 },
    bearer: 'either',
  },
  create: { name: 'POST /2/tweets', scopes: writeScopes, user: 100, app: { calls: 10_000, hours: 24 } },
  remove: { name: 'DELETE /2/tweets/:id', scopes: writeScopes, user: 50 },
  uploadInitialize: upload('POST /2/media/upload/initialize', 1875, 180_000),
  uploadAppend: upload('POST /2/media/upload/:id/append', 1875, 180_000),
  uploadFinalize: upload('POST /2/media/upload/:id/finalize', 1875, 180_000),
  uploadOneShot: upload('POST /2/media/upload', 500, 50_000),
  uploadStatus: upload('GET /2/media/upload', 1000, 100_000),
  mediaMetadata: upload('POST /2/media/metadata', 500, 50_000),
  webhooks: { name: '/2/webhooks', scopes: [], app: { calls: 450, hours: 0.25 }, bearer: 'app' },
  subscriptions: {
    name: 'POST /2/activity/subscriptions',
    scopes: [],
    app: { calls: 500, hours: 0.25 },
    bearer: 'app',
  },
  usage: { name: 'GET /2/usage/tweets', scopes: [], app: { calls: 50, hours: 0.25 }, bearer: 'app' },
} as const satisfies Record<string, RouteRule>;
