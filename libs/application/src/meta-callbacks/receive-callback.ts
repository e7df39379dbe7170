/**
 * Stores a callback of Meta's (a person removed the app, or asks for deletion of their data) before it is answered, and
 * sends a job that acts on it.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { sameBytes } from '../same-bytes.js';
import { Jobs } from '../ports/jobs.js';
import { Codes } from '../ports/vault.js';
import { Digest, Randomness, Work } from '../ports/work.js';
import { ProviderCallbacks, SignedRequests } from './ports.js';
import { type CallbackKind } from '../disconnecting/ports.js';

/**
 * Returns the confirmation code: the same one for the same request, however often it is sent.
 * @throws SignedRequestInvalid
 */
export class ReceiveCallback extends Command<{ readonly code: string }> {
  constructor(
    readonly kind: CallbackKind,
    readonly signedRequest: string,
  ) {
    super();
  }
}

@CommandHandler(ReceiveCallback)
export class ReceiveCallbackHandler implements ICommandHandler<ReceiveCallback> {
  constructor(
    private readonly work: Work,
    private readonly signedRequests: SignedRequests,
    private readonly callbacks: ProviderCallbacks,
    private readonly jobs: Jobs,
    private readonly codes: Codes,
    private readonly digest: Digest,
    private readonly random: Randomness,
  ) {}

  /** An unknown person gets the same answer by the same steps: it does not disclose who has a connection here. */
  execute({ kind, signedRequest }: ReceiveCallback): Promise<{ readonly code: string }> {
    const { externalUserId, profileExternalId, issuedAt } = this.signedRequests.read(signedRequest);
    const text = [kind, externalUserId ?? '', profileExternalId ?? '', issuedAt.toISOString()].join('/');
    const request = this.digest.of(text);
    const [code, ...earlier] = this.codes.of('callback', text);
    return this.work.run(async () => {
      const id = this.random.id<string>();
      const isNew = await this.callbacks.add(
        { id, kind, externalUserId, profileExternalId, issuedAt },
        { request, code: this.digest.of(code!) },
      );
      if (isNew) {
        await this.jobs.send('act-on-callback', [{ callbackId: id }]);
        return { code: code! };
      }
      const known = await this.callbacks.codeHash(request);
      return { code: [code!, ...earlier].find((one) => sameBytes(this.digest.of(one), known)) ?? code! };
    });
  }
}
