/** A plain client of X for the specs: it clicks the consent page, exchanges the code and calls the API. */
import { createHash, randomBytes } from 'node:crypto';
import { load } from 'cheerio';
import type { Answer, Control, Json } from './sandbox.js';

export const redirectUri = 'http://127.0.0.1:4000/oauth/x/callback';
export const allScopes = 'tweet.read tweet.write users.read media.write offline.access';
export const basic = `Basic ${Buffer.from('sandbox-x-client:sandbox-x-secret').toString('base64')}`;

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  scope: string;
  expires_in: number;
  token_type: string;
}

export const newVerifier = (): string => randomBytes(32).toString('base64url');
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

export const authorizeQuery = (verifier: string, change: Record<string, string> = {}): URLSearchParams =>
  new URLSearchParams({
    response_type: 'code',
    client_id: 'sandbox-x-client',
    redirect_uri: redirectUri,
    scope: allScopes,
    state: 'a-state',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...change,
  });

export class XClient {
  constructor(private readonly control: Control) {}

  /** Opens the consent page and submits its form by the button named. Gives the redirect's target. */
  async consent(query: URLSearchParams, person: string, decision: 'allow' | 'deny' = 'allow'): Promise<URL> {
    const page = await fetch(`${this.control.origin}/i/oauth2/authorize?${query.toString()}&person=${person}`);
    const $ = load(await page.text());
    const form = new URLSearchParams();
    $('input[type=hidden]').each((_, input) => form.append($(input).attr('name') ?? '', $(input).attr('value') ?? ''));
    form.append('person', $('select[name=person] option[selected]').attr('value') ?? '');
    form.append('decision', decision);
    const answer = await fetch(`${this.control.origin}${$('form').attr('action') ?? ''}`, {
      method: 'POST',
      body: form,
      redirect: 'manual',
    });
    return new URL(answer.headers.get('location') ?? 'about:blank');
  }

  async code(person: string, verifier: string, change: Record<string, string> = {}): Promise<string> {
    return (await this.consent(authorizeQuery(verifier, change), person)).searchParams.get('code') ?? '';
  }

  async token<T = Tokens>(
    form: Record<string, string>,
    headers: Record<string, string> = { authorization: basic },
  ): Promise<Answer<T>> {
    return this.send<T>('/2/oauth2/token', { method: 'POST', headers, body: new URLSearchParams(form) });
  }

  exchange<T = Tokens>(code: string, verifier: string): Promise<Answer<T>> {
    return this.token<T>({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  }

  refresh<T = Tokens>(refreshToken: string | undefined): Promise<Answer<T>> {
    return this.token<T>({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
  }

  revoke(token: string | undefined): Promise<Answer> {
    return this.send('/2/oauth2/revoke', {
      method: 'POST',
      headers: { authorization: basic },
      body: new URLSearchParams({ token: token ?? '' }),
    });
  }

  async connect(person: string, scope = allScopes): Promise<Tokens> {
    const verifier = newVerifier();
    const answer = await this.exchange(await this.code(person, verifier, { scope }), verifier);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  }

  /** The app's own bearer, which acts for no person. */
  async appToken(): Promise<string> {
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await this.send<{ access_token: string }>('/oauth2/token', {
      method: 'POST',
      headers: { authorization: basic },
      body,
    });
    return answer.body.access_token;
  }

  get<T = Json>(path: string, accessToken: string): Promise<Answer<T>> {
    return this.send<T>(path, { headers: { authorization: `Bearer ${accessToken}` } });
  }

  post<T = Json>(path: string, accessToken: string, body: unknown): Promise<Answer<T>> {
    const headers = { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' };
    return this.send<T>(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  delete(path: string, accessToken: string): Promise<Answer> {
    return this.send(path, { method: 'DELETE', headers: { authorization: `Bearer ${accessToken}` } });
  }

  async send<T = Json>(path: string, init: RequestInit): Promise<Answer<T>> {
    const response = await fetch(`${this.control.origin}${path}`, init);
    const text = await response.text();
    const body = /json/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as T) : (text as T);
    return { status: response.status, headers: response.headers, body };
  }
}
