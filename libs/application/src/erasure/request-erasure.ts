/**
 * Requests the erasure of an organisation: an owner types its name after a recent sign-in, and can cancel for three
 * days.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { OrgId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import { Audit } from '../ports/audit.js';
import { Clock, Digest, Randomness, Work } from '../ports/work.js';
import { Erasures, FreshSignInNeeded, NameDoesNotMatch } from './ports.js';

const SECOND_THOUGHTS_HOURS = 72;
const FRESH_SECONDS = 300;
const CLOCKS_DIFFER_MS = 60_000;

/**
 * Returns the receipt's secret: only its hash is stored.
 * @throws FreshSignInNeeded, OrganisationNotFound, NameDoesNotMatch, ErasureUnderWay
 */
export class RequestErasure extends Command<{ readonly receipt: string }> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
    readonly typedName: string,
    /** When the person signed in, by the token's `auth_time`; null: it has none. */
    readonly signedInAt: Date | null,
  ) {
    super();
  }
}

@CommandHandler(RequestErasure)
export class RequestErasureHandler implements ICommandHandler<RequestErasure> {
  constructor(
    private readonly work: Work,
    private readonly erasures: Erasures,
    private readonly clock: Clock,
    private readonly random: Randomness,
    private readonly digest: Digest,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId, typedName, signedInAt }: RequestErasure): Promise<{ receipt: string }> {
    const age = signedInAt === null ? NaN : this.clock.now().getTime() - signedInAt.getTime();
    // A sign-in in the future is refused, apart from what two clocks may differ.
    const isFresh = age >= -CLOCKS_DIFFER_MS && age <= FRESH_SECONDS * 1_000;
    if (!isFresh) throw new FreshSignInNeeded(FRESH_SECONDS);
    const receipt = this.random.secret();
    return this.work.run(async () => {
      if ((await this.erasures.lockName(orgId)) !== typedName) throw new NameDoesNotMatch();
      const id = this.random.id<string>();
      await this.erasures.request(id, orgId, this.digest.of(receipt), SECOND_THOUGHTS_HOURS);
      await this.audit.record({ orgId, by, action: 'erasure.requested', subject: { kind: 'organisation', id: orgId } });
      return { receipt };
    });
  }
}

/**
 * Cancels an erasure before it begins.
 * @throws ErasureNotFound
 */
export class CancelErasure extends Command<void> {
  constructor(
    readonly by: Actor,
    readonly orgId: OrgId,
  ) {
    super();
  }
}

@CommandHandler(CancelErasure)
export class CancelErasureHandler implements ICommandHandler<CancelErasure> {
  constructor(
    private readonly work: Work,
    private readonly erasures: Erasures,
    private readonly audit: Audit,
  ) {}

  execute({ by, orgId }: CancelErasure): Promise<void> {
    return this.work.run(async () => {
      await this.erasures.cancel(orgId);
      await this.audit.record({ orgId, by, action: 'erasure.canceled', subject: { kind: 'organisation', id: orgId } });
    });
  }
}
