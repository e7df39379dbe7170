/**
 * Carries out one run: reads a profile's newest posts and their figures, page by page, and writes each page behind a
 * fence.
 */
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ReconnectNeeded } from '@domain/connection/connection.js';
import { sentenceOf } from '@domain/connection/health.js';
import { DomainError } from '@domain/errors.js';
import type { OrgId, SyncRunId } from '@domain/ids.js';
import { providerOf } from '@domain/platform.js';
import { profileSentence, type ProfileTrouble } from '@domain/profile/status.js';
import { usabilitySentence } from '@domain/profile/usability.js';
import type { SyncProblem } from '@domain/sync/sync-problem.js';
import { finalState, SyncOvertaken } from '@domain/sync/sync-run.js';
import { AccountGrants } from '../connections/ports.js';
import type { AccountAccess } from '../credentials/ports.js';
import { withHeartbeat } from '../ports/heartbeat.js';
import {
  CredentialRefused,
  ProfileRefused,
  ProviderFault,
  ProviderRefused,
  ProviderThrottled,
  RequestMalformed,
} from '../ports/provider-fault.js';
import { ProviderWaits } from '../ports/provider-waits.js';
import { Work } from '../ports/work.js';
import { ProfileWatch } from '../profiles/profile-watch.js';
import { AccountReader } from './account-reader.js';
import { PageWriter } from './page-writer.js';
import { SyncRuns, type ClaimedRun } from './ports.js';

/** An error of ours: its cause is written to the log alone, and the next hour's run tries again. */
const UNFORESEEN = { code: 'internal_error', sentence: 'Something went wrong here. The next run tries again.' };

/** @throws Error that is no DomainError, for the log: the run has ended */
export class SyncProfile extends Command<void> {
  constructor(
    readonly orgId: OrgId,
    readonly runId: SyncRunId,
  ) {
    super();
  }
}

@CommandHandler(SyncProfile)
export class SyncProfileHandler implements ICommandHandler<SyncProfile> {
  constructor(
    private readonly work: Work,
    private readonly runs: SyncRuns,
    private readonly grants: AccountGrants,
    private readonly waits: ProviderWaits,
    private readonly watch: ProfileWatch,
    private readonly reader: AccountReader,
    private readonly pages: PageWriter,
  ) {}

  async execute({ orgId, runId }: SyncProfile): Promise<void> {
    const begun = await this.work.run(() => this.begin(runId, orgId));
    if (begun === null) return;
    const { run, access } = begun;
    try {
      const problems = await withHeartbeat(
        () => this.work.run(() => this.runs.renew(run)),
        () => this.reader.read(access, (page) => this.pages.write(run, access, page)),
      );
      await this.work.run(() => this.runs.complete(run, finalState(problems.map((p) => p.code)), problems));
    } catch (error) {
      const problem = problemOf(error);
      await this.work.run(() => this.failed(run, access, error, problem));
      // For the log: the run has ended, else it would block every later one.
      if (problem === UNFORESEEN) throw error;
    }
  }

  /** null: there is nothing to do, or not yet. */
  private async begin(
    runId: SyncRunId,
    orgId: OrgId,
  ): Promise<{ readonly run: ClaimedRun; readonly access: AccountAccess } | null> {
    const run = await this.runs.claim(runId, orgId);
    if (run === null) return null;
    const access = await this.grants.access(run.accountId, orgId);
    if (access === null) return this.runs.complete(run, 'canceled', []).then(() => null);
    if (access.problem !== null) {
      // An account that was not granted is not read, also not with the person's own token.
      const sentence = usabilitySentence(access.problem);
      return this.runs.complete(run, 'failed', [{ code: access.problem, sentence }]).then(() => null);
    }
    const until = await this.waits.until(providerOf(access.platform), subjectOf(access));
    if (until !== null) return this.runs.wait(run, until, 0).then(() => null);
    return { run, access };
  }

  /**
   * Handles a failure by what was refused: the app or the account waits, the profile is marked as refused, or the run
   * fails.
   */
  private async failed(run: ClaimedRun, access: AccountAccess, error: unknown, problem: SyncProblem): Promise<void> {
    // A reconnect or a handover has not ended the run, and a run in progress blocks every later one. Where a disconnect
    // or another worker has ended it, this changes nothing.
    if (error instanceof SyncOvertaken) return this.runs.complete(run, 'canceled', []);
    const failedCalls = error instanceof ProviderFault ? error.calls : 0;
    if (error instanceof ProviderThrottled) {
      return this.runs.wait(run, await this.waits.throttled(error, subjectOf(access)), failedCalls);
    }
    const trouble = troubleOf(error, access);
    if (trouble !== null) await this.watch.refused(access.accountId, access.orgId, trouble);
    await this.runs.complete(run, 'failed', [problem], failedCalls);
  }
}

/** The subject by which the provider counts calls: the account, whichever organisation reads it. */
function subjectOf({ platform, externalId }: AccountAccess): string {
  return `${platform}/${externalId}`;
}

/** Why the provider refuses this one account; null: the error is about something else. */
function troubleOf(error: unknown, { token }: AccountAccess): ProfileTrouble | null {
  if (error instanceof ProfileRefused) return error.reason;
  // About the account's own token; the other reasons are about the person who connected it.
  const ofAccount = token !== null && error instanceof CredentialRefused && error.reason === 'token_invalid';
  if (ofAccount) return 'page_token_refused';
  // Another try would end in the same way; a request that the provider does not understand is an error of ours.
  return error instanceof ProviderRefused && !(error instanceof RequestMalformed) ? 'refused_by_provider' : null;
}

function problemOf(error: unknown): SyncProblem {
  if (error instanceof ProfileRefused) return { code: error.code, sentence: profileSentence(error.reason) };
  if (error instanceof ReconnectNeeded) return { code: error.code, sentence: sentenceOf(error.reason) };
  return error instanceof DomainError ? { code: error.code, sentence: error.message } : UNFORESEEN;
}
