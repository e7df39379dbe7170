/** Finds all accounts that a Meta grant reaches, by several listings. docs/providers/meta.md, "Discovery of profiles". */
import { z } from 'zod';
import {
  ProfileRefused,
  ProviderContractBroken,
  ProviderRefused,
  ProviderUnavailable,
  RequestMalformed,
} from '@application/ports/provider-fault.js';
import type { Discovery, KnownAccount } from '@application/ports/reading-api.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import { matchContract, readRecord } from '@infrastructure/http/contract.js';
import type { Fields } from '@infrastructure/http/http-call.js';
import { Oddities, type Reader } from '@infrastructure/http/record.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import { FoundAccounts } from './found-accounts.js';
import { readBatch } from './graph/graph-batch.js';
import { deadTokenFault } from './graph/graph-error.js';
import { listAll, listReadable } from './graph/graph-listing.js';
import type { Graph, GraphCall } from './graph/graph.js';
import {
  ACCOUNT_FIELDS,
  business,
  inspection,
  INSTAGRAM_FIELDS,
  instagramRow,
  meBody,
  PAGE_FIELDS,
  pageRow,
  permission,
  unreadableInstagram,
  unreadablePage,
} from './meta-wire.js';

/** The envelope of `debug_token`. */
const debugBody = z.object({ data: z.unknown().optional() });

export class MetaDiscovery {
  constructor(
    private readonly graph: Graph,
    private readonly appId: string,
  ) {}

  /** Only the id has to be there. */
  async identify(accessToken: string, odd?: Oddities): Promise<ExternalPerson> {
    const query = { fields: 'id,name,picture' };
    const { id, name, picture } = await this.graph.askRecord(meBody, read('/me', '/me', accessToken, query), odd);
    return {
      externalUserId: id,
      displayName: name ?? null,
      username: null,
      pictureUrl: webUrlOrNull(picture?.data?.url),
    };
  }

  /** `known`: accounts of earlier discoveries, which are looked up by id where no listing shows them. */
  async discover(
    accessToken: string,
    onProgress: (found: number) => void = () => undefined,
    known: readonly KnownAccount[] = [],
  ): Promise<Discovery> {
    const odd = new Oddities();
    const token = await this.inspect(accessToken, odd);
    const person = await this.identify(accessToken, odd);
    const scopes = await this.grantedScopes(accessToken, odd);
    const accounts = new FoundAccounts(token.granular_scopes ?? []);
    const search: Search = { accessToken, scopes, accounts, odd, tell: () => onProgress(accounts.size) };
    await this.listPages(read('/me/accounts', '/me/accounts', accessToken, { fields: ACCOUNT_FIELDS }), search);
    if (scopes.includes('business_management')) await this.searchPortfolios(search);
    await this.lookUpUnseen(search, known);
    search.tell();
    return {
      person,
      scopes,
      accessExpiresAt: endOf(token.expires_at),
      dataAccessExpiresAt: endOf(token.data_access_expires_at),
      accounts: accounts.list(),
      odd: odd.found,
    };
  }

  /** @throws CredentialRefused for a token that Meta calls invalid, which it does with a 200; any ProviderFault */
  private async inspect(inputToken: string, odd: Oddities) {
    const reply = await this.graph.reply({
      method: 'GET',
      path: '/debug_token',
      route: '/debug_token',
      token: this.graph.appToken,
      speaker: 'app',
      // The one token that Meta accepts in the URL only.
      query: { input_token: inputToken },
    });
    if (!reply.ok) throw reply.fault;
    const body = matchContract(debugBody, reply.body, reply.evidence);
    const data = readRecord(inspection, body.data, { provider: 'meta' }, odd);
    if (!data.is_valid) throw deadTokenFault(data.error, reply.headers, this.graph.now());
    // A token of another app could be used for reads, but neither renewed nor revoked by us.
    if (data.app_id && data.app_id !== this.appId)
      throw new ProviderContractBroken({ provider: 'meta' }, 'data.app_id');
    return data;
  }

  private async grantedScopes(accessToken: string, odd: Oddities): Promise<readonly string[]> {
    const call = read('/me/permissions', '/me/permissions', accessToken, {});
    const scopes: string[] = [];
    for await (const items of listAll(this.graph, permission, call, odd))
      for (const item of items) if (item.status === 'granted') scopes.push(item.permission);
    return scopes;
  }

  /** Pages of a portfolio; those that the person did not grant have no token. */
  private async searchPortfolios(search: Search): Promise<void> {
    const { accessToken, odd } = search;
    const call = read('/me/businesses', '/me/businesses', accessToken, { fields: 'id' });
    const found: string[] = [];
    await unlessRefused(async () => {
      for await (const items of listReadable(this.graph, business, call, odd)) found.push(...items.map(({ id }) => id));
    });
    for (const id of found)
      for (const edge of ['owned_pages', 'client_pages'])
        await unlessRefused(() => {
          const pages = read(`/${id}/${edge}`, `/:business/${edge}`, accessToken, { fields: PAGE_FIELDS });
          return this.listPages(pages, search);
        });
  }

  private async listPages(call: GraphCall, { accounts, odd, tell }: Search): Promise<void> {
    for await (const pages of listReadable(this.graph, pageRow, call, odd)) {
      for (const page of pages) accounts.addPage(page);
      tell();
    }
  }

  /**
   * Accounts that were granted by id and are in no listing: Pages of portfolios that are not visible, Instagram
   * accounts without their Page.
   */
  private async lookUpUnseen(search: Search, known: readonly KnownAccount[]): Promise<void> {
    const { accounts, scopes } = search;
    const idsOf = (of: 'facebook' | 'instagram') =>
      known.flatMap(({ platform, externalId }) => (platform === of ? [externalId] : []));
    const knownPages = idsOf('facebook');
    const mayReadPages = PAGE_SCOPES.every((scope) => scopes.includes(scope));
    const pages = await this.lookUp(search, accounts.unseenPages(knownPages), PAGE_FIELDS, pageRow);
    for (const [id, row] of pages) {
      // Graph reports a Page that it does not show as missing: a person who could see it before has lost the role on
      // it.
      const hidden = row === 'not_permitted' || (row === 'not_found' && knownPages.includes(id));
      const roleLost = hidden && mayReadPages && accounts.chose(id);
      // Deleted: the grant still names it, but there is nothing to show.
      if (row === 'not_found' && !roleLost) continue;
      accounts.addPage(typeof row === 'string' ? unreadablePage(id) : row);
      if (roleLost) accounts.roleLost(id);
    }
    const instagrams = await this.lookUp(
      search,
      accounts.unseenInstagrams(idsOf('instagram')),
      INSTAGRAM_FIELDS,
      instagramRow,
    );
    for (const [id, row] of instagrams) {
      accounts.addInstagram(typeof row === 'string' ? unreadableInstagram(id) : row);
      if (typeof row === 'string' && accounts.lostRoles) accounts.roleLost(id);
    }
  }

  private async lookUp<T>(
    { accessToken, odd }: Search,
    ids: readonly string[],
    fields: string,
    form: Reader<T>,
  ): Promise<ReadonlyMap<string, T | NoRow>> {
    const rows = new Map<string, T | NoRow>();
    const urls = ids.map((id) => `${id}?fields=${encodeURIComponent(fields)}`);
    const { replies, throttle } = await readBatch(this.graph, urls, { token: accessToken, speaker: 'user' });
    if (throttle) throw throttle;
    for (const [index, id] of ids.entries()) {
      const reply = replies[index];
      // An incomplete discovery would mark granted Pages as not granted.
      if (!reply) throw new ProviderUnavailable({ provider: 'meta' });
      if (reply.ok) rows.set(id, form(reply.body, id, odd) ?? 'refused');
      else if (isRefusal(reply.fault)) rows.set(id, noRow(reply.fault));
      else throw reply.fault;
    }
    return rows;
  }
}

/** Why a read by id failed. For an account that was chosen, `not_permitted` is about a scope or the role. */
type NoRow = 'refused' | 'not_found' | 'not_permitted';

function noRow(fault: unknown): NoRow {
  if (!(fault instanceof ProfileRefused)) return 'refused';
  return fault.reason === 'not_found' ? 'not_found' : 'not_permitted';
}

/** With them a Page can be read by a person who has a role on it. */
const PAGE_SCOPES = ['pages_show_list', 'pages_read_engagement'];

/** One discovery in progress. */
interface Search {
  readonly accessToken: string;
  readonly scopes: readonly string[];
  readonly accounts: FoundAccounts;
  readonly odd: Oddities;
  readonly tell: () => void;
}

/** undefined: missing, so the stored value stays. */
function endOf(given: Date | 'never' | null | undefined): Date | null | undefined {
  return given === 'never' ? null : (given ?? undefined);
}

function read(path: string, route: string, token: string, query: Fields): GraphCall {
  return { method: 'GET', path, route, token, speaker: 'user', query };
}

/** Portfolios are optional: a person without a role in one is refused there and may still have Pages. */
async function unlessRefused(search: () => Promise<void>): Promise<void> {
  try {
    await search();
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** A refusal about this person and this object. A request that Meta does not understand is not one. */
function isRefusal(error: unknown): boolean {
  return error instanceof ProfileRefused || (error instanceof ProviderRefused && !(error instanceof RequestMalformed));
}
