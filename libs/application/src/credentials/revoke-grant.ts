/** Claims one revocation of the outbox, and carries it out. */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { RevocationId } from '@domain/ids.js';
import { Work } from '../ports/work.js';
import { GrantRevocation } from './grant-revocation.js';
import { Revocations } from './ports.js';

/**
 * Does nothing where it has ended, is claimed by another worker, or is not due.
 * @throws Error that is no ProviderFault, for the log: it is tried again all the same
 */
export class RevokeGrant extends Command<void> {
  constructor(readonly revocationId: RevocationId) {
    super();
  }
}

@CommandHandler(RevokeGrant)
export class RevokeGrantHandler implements ICommandHandler<RevokeGrant> {
  constructor(
    private readonly work: Work,
    private readonly revocations: Revocations,
    private readonly revocation: GrantRevocation,
  ) {}

  async execute({ revocationId: id }: RevokeGrant): Promise<void> {
    const claimed = await this.work.run(() => this.revocations.claim(id));
    if (claimed !== null) await this.revocation.revoke(claimed);
  }
}
