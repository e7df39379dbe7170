/** People of the sandbox's Meta, and their way through the dialog by our adapter's own address. */
import { randomBytes } from 'node:crypto';
import type { IssuedTokens } from '@application/ports/authorization-server.js';
import type { Discovery, FoundAccount, PostsPage, PostsRequest } from '@application/ports/reading-api.js';
import type { OnCall } from '@infrastructure/http/http-call.js';
import { HttpClient } from '@infrastructure/http/http-client.js';
import { MetaProvider } from '@infrastructure/meta/meta-provider.js';
import type { Control } from '../../../../packages/sandbox/test/support/sandbox.js';
import { collect } from './caught.js';
import { consent, type Choice } from './consent.js';

export const REDIRECT_URI = 'http://127.0.0.1:4000/oauth/meta/callback';

export interface SandboxPage {
  readonly id: string;
  readonly name: string;
  readonly instagram?: { readonly id: string };
}

export class MetaPeople {
  private onCall: OnCall = () => undefined;
  private readonly http = new HttpClient({ totalMs: 3000, onCall: (report) => this.onCall(report) });
  private made: MetaProvider | undefined;

  constructor(private readonly sandbox: Control) {}

  /** Hears of every call of these adapters. */
  observe(onCall: OnCall): void {
    this.onCall = onCall;
  }

  get provider(): MetaProvider {
    return (this.made ??= this.configured());
  }

  configured(change: object = {}): MetaProvider {
    const app = { appId: '900100200300400', appSecret: 'sandbox-meta-secret' };
    const { origin } = this.sandbox;
    return new MetaProvider({ ...app, dialogOrigin: origin, graphOrigin: origin, ...change }, this.http);
  }

  async person(wish: Record<string, unknown> = {}): Promise<string> {
    return (await this.sandbox.person('meta', wish)).id;
  }

  async code(person: string, choice: Choice = {}, intent: 'connect' | 'choose_again' | 'reauthorize' = 'connect') {
    const state = randomBytes(32).toString('base64url');
    const back = await consent(
      this.provider.authorizeUrl({ state, redirectUri: REDIRECT_URI, intent }),
      person,
      choice,
    );
    if (back.searchParams.get('state') !== state) throw new Error(`not our state: ${back.search}`);
    return { back, code: back.searchParams.get('code') ?? '' };
  }

  exchange(code: string): Promise<IssuedTokens> {
    return this.provider.exchangeCode({ code, redirectUri: REDIRECT_URI });
  }

  async connect(person: string, choice: Choice = {}): Promise<string> {
    return (await this.exchange((await this.code(person, choice)).code)).accessToken;
  }

  /** A new person, connected and discovered. */
  async found(wish: Record<string, unknown> = {}, choice: Choice = {}): Promise<Found> {
    const person = await this.person(wish);
    const token = await this.connect(person, choice);
    return { ...(await this.provider.discover(token)), person, token };
  }

  read(account: FoundAccount | undefined, scopes: readonly string[], atMost = 100): Promise<PostsPage[]> {
    if (!account) throw new Error('no such account');
    const request: PostsRequest = {
      platform: account.platform,
      externalId: account.externalId,
      token: account.token ?? '',
      scopes,
      now: new Date(),
      atMost,
    };
    return collect(this.provider.readPosts(request));
  }
}

export type Found = Omit<Discovery, 'person'> & { readonly person: string; readonly token: string };

export const on = (accounts: readonly FoundAccount[], platform: 'facebook' | 'instagram'): FoundAccount[] =>
  accounts.filter((account) => account.platform === platform);
