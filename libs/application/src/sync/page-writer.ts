/** Writes one page of a run: posts, figures and counts in one transaction, behind the fence of the run and the connection. */
import { Injectable } from '@nestjs/common';
import { costUsd } from '@domain/sync/cost.js';
import { Connections } from '../connections/ports.js';
import type { AccountAccess } from '../credentials/ports.js';
import type { PostsPage } from '../ports/reading-api.js';
import { Randomness, Work } from '../ports/work.js';
import { ProfileWatch } from '../profiles/profile-watch.js';
import { Posts, SyncRuns, type ClaimedRun } from './ports.js';

@Injectable()
export class PageWriter {
  constructor(
    private readonly work: Work,
    private readonly connections: Connections,
    private readonly runs: SyncRuns,
    private readonly watch: ProfileWatch,
    private readonly posts: Posts,
    private readonly random: Randomness,
  ) {}

  /** @throws SyncOvertaken */
  write(run: ClaimedRun, access: AccountAccess, page: PostsPage): Promise<void> {
    return this.work.run(async () => {
      // Before the fence locks the connection's row in share mode: two runs with that lock would each wait for the
      // other to write the row.
      await this.connections.recordCall(access.connectionId, run.orgId);
      await this.runs.fence(run, access);
      if (access.refused) await this.watch.recovered(access.accountId, run.orgId);
      const { added, updated } = await this.posts.observe(
        access,
        run.orgId,
        page.posts.map((post) => ({ ...post, id: this.random.id<string>() })),
        page.observedAt,
        run.startedAt,
      );
      await this.runs.count(run, {
        seen: page.posts.length,
        added,
        updated,
        calls: page.calls,
        billedReads: page.billedReads,
        costUsd: costUsd(access.platform, page.billedReads),
      });
    });
  }
}
