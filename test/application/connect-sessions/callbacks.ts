/** A browser on its way back from the provider, and what became of its session. */
import { beforeEach } from '@jest/globals';
import { createHash } from 'node:crypto';
import { FinishConnect, type FinishedConnect } from '@application/connect-sessions/finish-connect.js';
import type { OrgId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import { useProgram, type AtProvider, type Program } from '../support/program.js';

type Row = Record<string, unknown>;

export class Callbacks {
  orgId!: OrgId;

  constructor(readonly program: Program) {}

  async begin(): Promise<void> {
    this.program.freshProviders();
    this.orgId = await this.program.organisation();
  }

  /** The callback in the process whose turn it is. */
  finish(
    n: number,
    at: AtProvider,
    code = 'ana',
    provider: ProviderName = 'x',
    secrets: readonly string[] = [at.browserSecret],
  ): Promise<FinishedConnect> {
    return this.program.turn(n).execute(new FinishConnect(provider, at.state, { code }, secrets));
  }

  async session({ sessionId }: AtProvider): Promise<Row | undefined> {
    const [row] = await this.program.sql('select state, outcome from app.connect_session where id = $1', [sessionId]);
    return row;
  }

  attempt({ state }: AtProvider): Promise<Row[]> {
    return this.program.sql(
      'select consumed_at is not null as used, code_verifier from app.oauth_attempt where state_hash = $1',
      [hashOf(state)],
    );
  }

  connections(): Promise<number> {
    return this.program.value('select count(*)::int from app.connection where org_id = $1', [this.orgId]);
  }

  revocations(): Promise<Row[]> {
    return this.program.sql('select external_user_id, outcome from app.revocation where org_id = $1', [this.orgId]);
  }
}

export const hashOf = (state: string): Buffer => createHash('sha256').update(state).digest();

/** Two processes on one database; each test begins with an organisation of its own. */
export function useCallbacks(): Callbacks {
  const callbacks = new Callbacks(useProgram(2));
  beforeEach(() => callbacks.begin());
  return callbacks;
}
