/** Finds everything that a Meta grant reaches, by all the ways there are. docs/providers/meta.md, "Discovery of profiles". */
import type { ZodType } from 'zod';
import {
  ProfileRefused,
  ProviderContractBroken,
  ProviderRefused,
  ProviderUnavailable,
  RequestMalformed,
} from '@application/ports/provider-fault.js';
import type { Discovery, Person } from '@application/ports/provider.js';
import { matchContract } from '@infrastructure/http/contract.js';
import type { Fields } from '@infrastructure/http/http-call.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { FoundAccounts } from './found-accounts.js';
import { readBatch } from './graph/graph-batch.js';
import { deadTokenFault } from './graph/graph-error.js';
import { listAll } from './graph/graph-listing.js';
import type { Graph, GraphCall } from './graph/graph.js';
import {
  ACCOUNT_FIELDS,
  business,
  debugBody,
  INSTAGRAM_FIELDS,
  instagramRow,
  meBody,
  PAGE_FIELDS,
  pageRow,
  permission,
  unreadableInstagram,
  unreadablePage,
} from './meta-wire.js';

export class MetaDiscovery {
  constructor(
    private readonly graph: Graph,
    private readonly appId: string,
  ) {}

  async identify(accessToken: string): Promise<Person> {
    const query = { fields: 'id,name,picture' };
    const { id, name, picture } = await this.graph.ask(meBody, read('/me', '/me', accessToken, query));
    return { externalUserId: id, displayName: name, username: null, pictureUrl: webUrlOrNull(picture) };
  }

  async discover(accessToken: string, onProgress: (found: number) => void = () => undefined): Promise<Discovery> {
    const token = await this.inspect(accessToken);
    const person = await this.identify(accessToken);
    const scopes = await this.grantedScopes(accessToken);
    const accounts = new FoundAccounts(token.granular_scopes);
    const tell = (): void => onProgress(accounts.size);
    await this.listPages(read('/me/accounts', '/me/accounts', accessToken, { fields: ACCOUNT_FIELDS }), accounts, tell);
    if (scopes.includes('business_management')) await this.searchPortfolios(accessToken, accounts, tell);
    await this.lookUpUnseen(accessToken, accounts);
    tell();
    return {
      person,
      scopes,
      accessExpiresAt: token.expires_at,
      dataAccessExpiresAt: token.data_access_expires_at,
      accounts: accounts.list(),
    };
  }

  /** Throws `CredentialRefused` for a token that Meta calls dead, although it says so with a 200. */
  private async inspect(inputToken: string) {
    const { data } = await this.graph.ask(debugBody, {
      method: 'GET',
      path: '/debug_token',
      route: '/debug_token',
      token: this.graph.appToken,
      speaker: 'app',
      // The one token that Meta takes nowhere but in the URL.
      query: { input_token: inputToken },
    });
    if (!data.is_valid) throw deadTokenFault(data.error);
    // A token of another app would read well and could be neither renewed nor revoked by us.
    if (data.app_id !== undefined && data.app_id !== this.appId)
      throw new ProviderContractBroken({ provider: 'meta' }, 'data.app_id');
    return data;
  }

  private async grantedScopes(accessToken: string): Promise<readonly string[]> {
    const call = read('/me/permissions', '/me/permissions', accessToken, {});
    const scopes: string[] = [];
    for await (const items of listAll(this.graph, permission, call))
      for (const item of items) if (item.status === 'granted') scopes.push(item.permission);
    return scopes;
  }

  /** Pages of a portfolio; those that the person did not grant come without a token. */
  private async searchPortfolios(accessToken: string, accounts: FoundAccounts, tell: () => void): Promise<void> {
    const call = read('/me/businesses', '/me/businesses', accessToken, { fields: 'id' });
    const found: string[] = [];
    await unlessRefused(async () => {
      for await (const items of listAll(this.graph, business, call)) found.push(...items.map(({ id }) => id));
    });
    for (const id of found)
      for (const edge of ['owned_pages', 'client_pages'])
        await unlessRefused(() => {
          const pages = read(`/${id}/${edge}`, `/:business/${edge}`, accessToken, { fields: PAGE_FIELDS });
          return this.listPages(pages, accounts, tell);
        });
  }

  private async listPages(call: GraphCall, accounts: FoundAccounts, tell: () => void): Promise<void> {
    for await (const pages of listAll(this.graph, pageRow, call)) {
      for (const page of pages) accounts.addPage(page);
      tell();
    }
  }

  /** What was granted by id and stood in no listing: Pages of portfolios that hide, Instagram accounts without their Page. */
  private async lookUpUnseen(accessToken: string, accounts: FoundAccounts): Promise<void> {
    const pages = await this.lookUp(accessToken, accounts.unseenPages(), PAGE_FIELDS, pageRow);
    for (const [id, row] of pages) {
      // Gone for good: the grant still names it, but there is nothing to show.
      if (row !== 'not_found') accounts.addPage(row === 'refused' ? unreadablePage(id) : row);
    }
    const instagrams = await this.lookUp(accessToken, accounts.unseenInstagrams(), INSTAGRAM_FIELDS, instagramRow);
    for (const [id, row] of instagrams)
      accounts.addInstagram(row === 'refused' || row === 'not_found' ? unreadableInstagram(id) : row);
  }

  private async lookUp<T>(
    accessToken: string,
    ids: readonly string[],
    fields: string,
    schema: ZodType<T>,
  ): Promise<ReadonlyMap<string, T | 'refused' | 'not_found'>> {
    const rows = new Map<string, T | 'refused' | 'not_found'>();
    const urls = ids.map((id) => `${id}?fields=${encodeURIComponent(fields)}`);
    const { replies } = await readBatch(this.graph, urls, { token: accessToken, speaker: 'user' });
    for (const [index, id] of ids.entries()) {
      const reply = replies[index];
      // A discovery with holes would mark living Pages as not granted.
      if (!reply) throw new ProviderUnavailable({ provider: 'meta' });
      if (reply.ok) rows.set(id, matchContract(schema, reply.body, reply.evidence));
      else if (isRefusal(reply.fault))
        rows.set(
          id,
          reply.fault instanceof ProfileRefused && reply.fault.reason === 'not_found' ? 'not_found' : 'refused',
        );
      else throw reply.fault;
    }
    return rows;
  }
}

function read(path: string, route: string, token: string, query: Fields): GraphCall {
  return { method: 'GET', path, route, token, speaker: 'user', query };
}

/** Portfolios are a bonus: a person without a role in one is refused there and has Pages of their own all the same. */
async function unlessRefused(search: () => Promise<void>): Promise<void> {
  try {
    await search();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** A no to this person about this thing. A question that Meta does not understand is no answer at all. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProfileRefused || (error instanceof ProviderRefused && !(error instanceof RequestMalformed));
}
