/**
 * Wraps an adapter: logs each fault, pauses the provider for all at app-wide faults, and ends the pause at a call that
 * succeeds.
 */
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ProviderFault, ProviderMisconfigured } from '@application/ports/provider-fault.js';
import type { ProviderPauses } from '@application/ports/provider-pauses.js';
import type {
  AuthorizeRequest,
  CodeExchange,
  IssuedTokens,
  Revocation,
} from '@application/ports/authorization-server.js';
import type { Discovery, PostsPage, PostsRequest, ReadingApi } from '@application/ports/reading-api.js';
import type { ExternalPerson } from '@domain/connection/connection.js';
import type { ProviderName } from '@domain/platform.js';
import type { ProviderAdapter } from './provider-adapter.js';

export class WatchedProvider implements ProviderAdapter {
  private readonly log = new Logger('Provider');

  constructor(
    private readonly adapter: ProviderAdapter,
    private readonly pauses: ProviderPauses,
  ) {}

  get name(): ProviderName {
    return this.adapter.name;
  }
  get usesPkce(): boolean {
    return this.adapter.usesPkce;
  }
  get issuer(): string | null {
    return this.adapter.issuer;
  }
  get scopes(): readonly string[] {
    return this.adapter.scopes;
  }
  get authorizeOrigin(): string {
    return this.adapter.authorizeOrigin;
  }

  authorizeUrl(request: AuthorizeRequest): string {
    return this.adapter.authorizeUrl(request);
  }

  /** Never held back by a pause: a person waits, and a code expires within seconds. */
  exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    return this.watch('exchange_code', () => this.adapter.exchangeCode(exchange));
  }

  identify(accessToken: string): Promise<ExternalPerson> {
    return this.watch('identify', () => this.adapter.identify(accessToken), accessToken);
  }

  /** A revocation is never held back by a pause. */
  revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    return this.watch('revoke', () => this.adapter.revoke(revocation));
  }

  /**
   * The refresh protocol reads pauses before it takes the lease, and ends one after it has stored the answer: here
   * nothing may be done before the call, since the lease is running, nor after it, since the answer is stored nowhere
   * yet.
   */
  refresh(token: { accessToken: string; refreshToken: string | null }): Promise<IssuedTokens> {
    return this.watch('refresh', () => this.adapter.refresh(token), token.accessToken);
  }

  async discover(...asked: Parameters<ReadingApi['discover']>): Promise<Discovery> {
    await this.assertServed();
    const discovery = await this.watch('discover', () => this.adapter.discover(...asked), asked[0]);
    if (discovery.odd.size > 0)
      this.log.warn(
        { provider: this.name, odd: Object.fromEntries(discovery.odd) },
        'Records not in the promised form',
      );
    return this.serves(discovery);
  }

  async *readPosts(request: PostsRequest): AsyncIterable<PostsPage> {
    await this.assertServed();
    const pages = this.adapter.readPosts(request)[Symbol.asyncIterator]();
    for (;;) {
      const page = await this.watch('read_posts', () => pages.next(), request.token);
      if (page.done === true) return;
      yield await this.serves(page.value);
    }
  }

  private async assertServed(): Promise<void> {
    const reason = await this.pauses.current(this.name);
    if (reason !== null) throw new ProviderMisconfigured({ provider: this.name }, reason);
  }

  /** @param token of the call: an account's, where the answer may be about that account alone */
  private async watch<T>(name: string, call: () => Promise<T>, token: string | null = null): Promise<T> {
    try {
      return await call();
    } catch (fault) {
      if (fault instanceof ProviderFault) this.report(name, fault);
      if (fault instanceof ProviderMisconfigured) {
        const witness = token === null ? null : createHash('sha256').update(token).digest('base64url');
        await this.pauses.pause(this.name, fault.reason, witness);
      }
      throw fault;
    }
  }

  /** Organisation, connection and caller are in the context of the log line. */
  private report(call: string, { code, details, evidence }: ProviderFault): void {
    const { provider, status, code: provider_code, subcode, traceId: trace_id, words } = evidence;
    this.log.warn(
      { provider, call, code, details, status, provider_code, provider_subcode: subcode, trace_id, words },
      'A provider call failed.',
    );
  }

  private async serves<T>(answer: T): Promise<T> {
    await this.pauses.end(this.name);
    return answer;
  }
}
