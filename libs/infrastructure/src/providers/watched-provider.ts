/**
 * Wraps an adapter: logs each fault, pauses the provider for all at app-wide faults, and ends the pause at a call that
 * succeeds.
 */
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { ProviderFault, ProviderMisconfigured } from '@application/ports/provider-fault.js';
import type { ProviderPauses } from '@application/ports/provider-pauses.js';
import {
  Provider,
  type AuthorizeRequest,
  type CodeExchange,
  type Discovery,
  type IssuedTokens,
  type Person,
  type PostsPage,
  type PostsRequest,
  type Revocation,
} from '@application/ports/provider.js';

export class WatchedProvider extends Provider {
  private readonly log = new Logger('Provider');

  constructor(
    private readonly adapter: Provider,
    private readonly pauses: ProviderPauses,
  ) {
    super();
  }

  override get name(): Provider['name'] {
    return this.adapter.name;
  }
  override get usesPkce(): boolean {
    return this.adapter.usesPkce;
  }
  override get issuer(): string | null {
    return this.adapter.issuer;
  }
  override get scopes(): readonly string[] {
    return this.adapter.scopes;
  }
  override get authorizeOrigin(): string {
    return this.adapter.authorizeOrigin;
  }

  override authorizeUrl(request: AuthorizeRequest): string {
    return this.adapter.authorizeUrl(request);
  }

  /** Never held back by a pause: a person waits, and a code expires within seconds. */
  override exchangeCode(exchange: CodeExchange): Promise<IssuedTokens> {
    return this.watch('exchange_code', () => this.adapter.exchangeCode(exchange));
  }

  override identify(accessToken: string): Promise<Person> {
    return this.watch('identify', () => this.adapter.identify(accessToken), accessToken);
  }

  /** A revocation is never held back by a pause. */
  override revoke(revocation: Revocation): Promise<'revoked' | 'already_gone'> {
    return this.watch('revoke', () => this.adapter.revoke(revocation));
  }

  /**
   * The refresh protocol reads pauses before it takes the lease, and ends one after it has stored the answer: here
   * nothing may be done before the call, since the lease is running, nor after it, since the answer is stored nowhere
   * yet.
   */
  override refresh(token: { accessToken: string; refreshToken: string | null }): Promise<IssuedTokens> {
    return this.watch('refresh', () => this.adapter.refresh(token), token.accessToken);
  }

  override async discover(...asked: Parameters<Provider['discover']>): Promise<Discovery> {
    await this.assertServed();
    const discovery = await this.watch('discover', () => this.adapter.discover(...asked), asked[0]);
    if (discovery.odd.size > 0)
      this.log.warn(
        { provider: this.name, odd: Object.fromEntries(discovery.odd) },
        'Records not in the promised form',
      );
    return this.serves(discovery);
  }

  override async *readPosts(request: PostsRequest): AsyncIterable<PostsPage> {
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
