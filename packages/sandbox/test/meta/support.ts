/** A sandbox in process and a small client, for the tests of the Meta stand-in: real HTTP, nothing of ours. */
import { createHmac } from 'node:crypto';
import * as cheerio from 'cheerio';
import { createSandbox, type Sandbox } from '../../src/sandbox.js';

export const APP = { id: '900100200300400', secret: 'sandbox-meta-secret' };
export const APP_TOKEN = `${APP.id}|${APP.secret}`;
export const CALLBACK = 'http://127.0.0.1:4000/oauth/meta/callback';
export const ALL_SCOPES =
  'pages_show_list,pages_read_engagement,pages_read_user_content,pages_manage_posts,read_insights,business_management,instagram_basic,instagram_content_publish,instagram_manage_insights';

/** The first seeded person and their Pages and accounts. */
export const ADA = {
  id: '122000000000001',
  blueDoor: '102000000000001',
  harbour: '102000000000002',
  theatre: '102000000000003',
  blueDoorGram: '17841400000000001',
  harbourGram: '17841400000000002',
};
export const BRUNO = { id: '122000000000002' };

export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  body: T;
}

/** Answers are read by key without ceremony: a missing key is undefined, and the assertion says the rest. */
// oxlint-disable-next-line typescript/no-explicit-any -- test answers are asserted by value right after
export type Json = any;

/** A connected person with one Page and its Instagram account, and the tokens that a client would hold. */
export interface Held {
  id: string;
  page: string;
  gram: string;
  user: string;
  pageToken: string;
}

type Params = Record<string, string>;

export class Bench {
  private constructor(
    readonly sandbox: Sandbox,
    readonly origin: string,
  ) {}

  static async open(options: { data?: string } = {}): Promise<Bench> {
    const sandbox = createSandbox({ port: 0, data: ':memory:', ...options });
    return new Bench(sandbox, await sandbox.listen());
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  /** A Graph call with the token in the header, parameters in the query (GET, DELETE) or as a form (POST). */
  async graph(method: string, path: string, token?: string, params: Params = {}): Promise<Answer> {
    const query = new URLSearchParams(params).toString();
    const inBody = method === 'POST';
    const response = await fetch(`${this.origin}/v26.0${path}${inBody || query === '' ? '' : `?${query}`}`, {
      method,
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      ...(inBody ? { body: new URLSearchParams(params) } : {}),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  get = (path: string, token?: string, params: Params = {}): Promise<Answer> => this.graph('GET', path, token, params);
  post = (path: string, token?: string, params: Params = {}): Promise<Answer> =>
    this.graph('POST', path, token, params);
  delete = (path: string, token?: string, params: Params = {}): Promise<Answer> =>
    this.graph('DELETE', path, token, params);

  async control(method: string, path: string, body?: unknown): Promise<Json> {
    const response = await fetch(`${this.origin}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const answer: Json = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  }

  event = (event: string, body: object): Promise<Json> =>
    this.control('POST', '/events', { platform: 'meta', event, ...body });
  configure = (person: string, settings: Record<string, number | null>): Promise<Json> =>
    this.event('configure', { person, settings });
  advance = (person: string, advance: string): Promise<Json> => this.control('POST', '/clock', { person, advance });
  turn = (key: string, value: string | null, person?: string): Promise<Json> =>
    this.control('PUT', '/switches', { key: `meta.${key}`, value, ...(person === undefined ? {} : { person }) });

  /** A person of one's own; Pages in order, each with its id and its Instagram account's. */
  async person(
    body: object = {},
  ): Promise<{ id: string; pages: { id: string; instagram_id?: string; name: string }[] }> {
    return this.control('POST', '/people', { platform: 'meta', ...body });
  }

  dialogUrl(person: string | undefined, extra: Params = {}): string {
    const params = {
      client_id: APP.id,
      redirect_uri: CALLBACK,
      state: 'S',
      response_type: 'code',
      scope: ALL_SCOPES,
      ...(person === undefined ? {} : { person }),
      ...extra,
    };
    return `${this.origin}/v26.0/dialog/oauth?${new URLSearchParams(params).toString()}`;
  }

  /** Opens the dialog, changes the form as told, clicks, and gives the address the browser is sent to. */
  async consent(
    person: string,
    options: { untick?: string[]; decision?: string; dialog?: Params; tick?: string[] } = {},
  ): Promise<URL> {
    const page = cheerio.load(await (await fetch(this.dialogUrl(person, options.dialog))).text());
    const form = page('form[method=post]');
    const body = new URLSearchParams();
    form.find('input[type=hidden]').each((_, input) => {
      body.append(page(input).attr('name') ?? '', page(input).attr('value') ?? '');
    });
    form.find('input[type=checkbox]').each((_, input) => {
      const value = page(input).attr('value') ?? '';
      const ticked =
        page(input).attr('checked') !== undefined || options.tick?.includes(page(input).attr('name') ?? '');
      if (ticked && !options.untick?.includes(value)) body.append(page(input).attr('name') ?? '', value);
    });
    body.append('decision', options.decision ?? 'allow');
    const response = await fetch(`${this.origin}${form.attr('action') ?? ''}`, {
      method: 'POST',
      body,
      redirect: 'manual',
    });
    return new URL(response.headers.get('location') ?? `http://no-redirect.invalid/${response.status}`);
  }

  redeem(code: string, extra: Params = {}): Promise<Answer> {
    return this.get('/oauth/access_token', undefined, {
      client_id: APP.id,
      client_secret: APP.secret,
      redirect_uri: CALLBACK,
      code,
      ...extra,
    });
  }

  exchange(token: string): Promise<Answer> {
    return this.get('/oauth/access_token', undefined, {
      grant_type: 'fb_exchange_token',
      client_id: APP.id,
      client_secret: APP.secret,
      fb_exchange_token: token,
    });
  }

  /** The whole login: a long-lived user token. */
  async login(person: string, options: Parameters<Bench['consent']>[1] = {}): Promise<string> {
    const back = await this.consent(person, options);
    const short = await this.redeem(back.searchParams.get('code') ?? '');
    return (await this.exchange(short.body.access_token)).body.access_token;
  }

  /** Page tokens by Page id, as `/me/accounts` gives them. */
  async pageTokens(userToken: string): Promise<Record<string, string>> {
    const { body } = await this.get('/me/accounts', userToken, { fields: 'id,access_token', limit: '200' });
    return Object.fromEntries(body.data.map((row: Json) => [row.id, row.access_token]));
  }

  async connected(page: object = {}): Promise<Held> {
    const person = await this.person({ pages: [{ instagram: true, ...page }] });
    const user = await this.login(person.id);
    const [first] = person.pages;
    const id = first?.id ?? '';
    return {
      id: person.id,
      page: id,
      gram: first?.instagram_id ?? '',
      user,
      pageToken: (await this.pageTokens(user))[id] ?? '',
    };
  }

  /** Every row of a cursored list. */
  async walk(path: string, token: string, params: Params = {}): Promise<Json[]> {
    const rows: Json[] = [];
    let after: string | undefined;
    for (let turn = 0; turn < 50; turn += 1) {
      const { body } = await this.get(path, token, { ...params, ...(after === undefined ? {} : { after }) });
      rows.push(...body.data);
      if (body.paging?.next === undefined) return rows;
      after = body.paging.cursors.after;
    }
    throw new Error('no end');
  }

  debug = (token: string): Promise<Answer> => this.get('/debug_token', APP_TOKEN, { input_token: token });
}

export const proof = (message: string): string => createHmac('sha256', APP.secret).update(message).digest('hex');
