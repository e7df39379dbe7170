/** Meta's own samples, as docs/providers/meta.md has them, and a Meta adapter pointed at a test's own Graph. */
import type { PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import { HttpClient } from '@infrastructure/http/http-client.js';
import { MetaProvider } from '@infrastructure/meta/meta-provider.js';
import { collect } from './caught.js';
import { json, type Asked, type Reply, type ScriptedProvider } from './scripted-provider.js';

export const NOW = new Date('2026-11-22T10:00:00Z');
export const USER_TOKEN = 'canary-EAAGm0-user';
export const PAGE_TOKEN = 'canary-EAAGpage';
export const APP = { appId: '900100200300400', appSecret: 'canary-app-secret' };

export function metaProvider(
  origin: () => string,
  change: object = {},
  now: () => Date = () => NOW,
): () => MetaProvider {
  let made: MetaProvider | undefined;
  const http = new HttpClient({ totalMs: 2000 });
  return () =>
    (made ??= new MetaProvider({ ...APP, dialogOrigin: origin(), graphOrigin: origin(), ...change }, http, now));
}

export function graphReader(graph: ScriptedProvider, platform: 'facebook' | 'instagram', scopes: readonly string[]) {
  const provider = metaProvider(() => graph.origin);
  const request: PostsRequest = {
    platform,
    externalId: platform === 'facebook' ? '102000000000001' : '17841400000000001',
    token: PAGE_TOKEN,
    scopes,
    now: NOW,
    atMost: 100,
  };
  return (change: Partial<PostsRequest> = {}): Promise<PostsPage[]> =>
    collect(provider().readPosts({ ...request, ...change }));
}

export const meBody = {
  id: '122000000000001',
  name: 'Ada Arendt',
  picture: { data: { url: 'https://scontent.example/ada.jpg' } },
};

export const debugBody = {
  data: {
    app_id: '900100200300400',
    type: 'USER',
    application: 'Social Connections',
    issued_at: 1795000000,
    expires_at: 1800184000,
    data_access_expires_at: 1802776000,
    is_valid: true,
    user_id: '122000000000001',
    scopes: ['pages_show_list', 'pages_read_engagement', 'public_profile'],
    granular_scopes: [
      { scope: 'pages_show_list', target_ids: ['102000000000001', '102000000000002'] },
      { scope: 'instagram_basic', target_ids: ['17841400000000001'] },
      { scope: 'public_profile' },
    ] as object[],
  },
};

export const permissionsBody = {
  data: [
    { permission: 'pages_show_list', status: 'granted' },
    { permission: 'read_insights', status: 'declined' },
  ],
};

export const pageRow = {
  id: '102000000000001',
  name: 'Blue Door Café',
  category: 'Café',
  access_token: PAGE_TOKEN,
  tasks: ['ADVERTISE', 'ANALYZE', 'CREATE_CONTENT', 'MESSAGING', 'MODERATE', 'MANAGE'],
  picture: { data: { url: 'https://scontent.example/page.jpg', is_silhouette: false, height: 200, width: 200 } },
  followers_count: 1830,
  fan_count: 1799,
  instagram_business_account: {
    id: '17841400000000001',
    username: 'bluedoor',
    followers_count: 912,
    media_count: 214,
  } as object | undefined,
};

export const listOf = (data: readonly object[], after?: string) => ({
  data,
  paging: {
    cursors: { before: 'QVF0', after: after ?? 'QVFend' },
    ...(after === undefined ? {} : { next: `http://169.254.169.254/v27.0/x?access_token=stolen&after=${after}` }),
  },
});

export const graphError = (code: number, subcode?: number, message = 'no', more: object = {}) => ({
  error: {
    message,
    type: 'OAuthException',
    code,
    ...(subcode === undefined ? {} : { error_subcode: subcode }),
    fbtrace_id: 'AbCdEfGh123',
    ...more,
  },
});

export const insight = (name: string, value: unknown) => ({
  name,
  period: 'lifetime',
  values: [{ value }],
  title: name,
  id: `1/insights/${name}/lifetime`,
});

/** Answers by path; what is not named here is an empty list. */
export function routes(
  table: Readonly<Record<string, object | ((asked: Asked) => object)>>,
  graph: ScriptedProvider,
): Reply {
  return (response, request) => {
    const asked = graph.asked.at(-1);
    const path = (asked?.url.pathname ?? '').replace('/v27.0', '');
    const found = table[`${asked?.method} ${path}`] ?? table[path] ?? { data: [] };
    const body = typeof found === 'function' && asked ? (found as (asked: Asked) => object)(asked) : found;
    const failed = typeof body === 'object' && body !== null && 'error' in body;
    json(failed ? 400 : 200, body)(response, request);
  };
}

/** A batch answered item by item; `answer` gives the body for a relative URL, or null for one not carried out. */
export function batchOf(asked: Asked, answer: (url: string) => object | null): object[] {
  const form = new URLSearchParams(asked.body);
  const items = JSON.parse(form.get('batch') ?? '[]') as { relative_url: string }[];
  return items.map(({ relative_url: url }) => {
    const body = answer(url);
    return (
      body === null ? null : { code: 'error' in body ? 400 : 200, headers: [], body: JSON.stringify(body) }
    ) as object;
  });
}
