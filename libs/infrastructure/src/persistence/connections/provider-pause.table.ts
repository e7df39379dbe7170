/** Stores pauses of providers, shared by all processes; each process reads them again after a few seconds. */
import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'kysely';
import { DEFINITE_OF_APP, ProviderPauses, type PauseReason } from '@application/ports/provider-pauses.js';
import { Work } from '@application/ports/work.js';
import type { ProviderName } from '@domain/platform.js';
import { Database } from '../database.js';

/** How long a process caches what it read: without it every call would begin with a query. */
const BELIEVE_MS = 3_000;
/** The same answer for two accounts within this time pauses the provider. */
const SUSPECT_MINUTES = 15;

interface Look {
  readonly at: number;
  readonly paused: boolean;
}

@Injectable()
export class PostgresProviderPauses extends ProviderPauses {
  private readonly log = new Logger('ProviderPause');
  private readonly looks = new Map<ProviderName, Look>();

  constructor(
    private readonly work: Work,
    private readonly database: Database,
  ) {
    super();
  }

  override async current(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<PauseReason | null> {
    const look = this.looks.get(provider);
    if (look !== undefined && !look.paused && Date.now() - look.at < BELIEVE_MS) return null;
    return this.work.run(async () => {
      const [pause] = await this.database.inside(sql<{ reason: PauseReason; due: boolean }>`
        select reason, probe_at <= app.now() as due from app.provider_pause where provider = ${provider}`);
      this.looks.set(provider, { at: Date.now(), paused: pause !== undefined });
      if (pause === undefined || reasons?.includes(pause.reason) === false) return null;
      return pause.due && (await this.takeProbe(provider)) ? null : pause.reason;
    });
  }

  /** One caller wins, and the next try is postponed, from a minute up to an hour. */
  private async takeProbe(provider: ProviderName): Promise<boolean> {
    const taken = await this.database.inside(sql`
      update app.provider_pause set tries = tries + 1,
        probe_at = app.now() + least(interval '1 minute' * 2 ^ least(tries, 6), interval '1 hour')
      where provider = ${provider} and probe_at <= app.now() returning provider`);
    return taken.length > 0;
  }

  override async pause(provider: ProviderName, reason: PauseReason, witness: string | null = null): Promise<void> {
    if (witness !== null && !DEFINITE_OF_APP.includes(reason) && !(await this.isMetByOthers(provider, reason, witness)))
      return;
    const begun = await this.work.run(() =>
      this.database.inside(sql`
        insert into app.provider_pause (provider, reason, probe_at)
        values (${provider}, ${reason}, app.now() + interval '1 minute')
        on conflict (provider) do nothing returning provider`),
    );
    this.looks.delete(provider);
    if (begun.length > 0) this.log.error({ provider, reason }, OPERATOR[reason]);
  }

  /** Whether another account has got the same answer within minutes. */
  private isMetByOthers(provider: ProviderName, reason: PauseReason, witness: string): Promise<boolean> {
    return this.work.run(async () => {
      await this.database.inside(sql`
        delete from app.provider_suspicion where at < app.now() - make_interval(mins => ${SUSPECT_MINUTES})`);
      await this.database.inside(sql`
        insert into app.provider_suspicion (provider, reason, witness) values (${provider}, ${reason}, ${witness})
        on conflict (provider, reason, witness) do update set at = app.now()`);
      const others = await this.database.inside(sql`
        select 1 from app.provider_suspicion
        where provider = ${provider} and reason = ${reason} and witness <> ${witness} limit 1`);
      return others.length > 0;
    });
  }

  override async end(provider: ProviderName, reasons?: readonly PauseReason[]): Promise<void> {
    if (this.looks.get(provider)?.paused !== true) return;
    const ended = await this.work.run(() =>
      this.database.inside(sql`
        delete from app.provider_pause
        where provider = ${provider} and (${reasons ?? null}::text[] is null or reason = any(${reasons ?? null}::text[]))
        returning provider`),
    );
    this.looks.delete(provider);
    if (ended.length > 0) this.log.log({ provider }, 'The provider serves us again.');
  }
}

/** What the operator can do about it. */
const OPERATOR: Record<PauseReason, string> = {
  client_credentials: 'The provider refuses our client id or secret: compare them with the settings at the provider.',
  app_suspended: 'The provider has suspended our app: look at its dashboard.',
  credits_depleted: 'The credits at the provider are used up: top them up, or raise the spending limit.',
  not_enrolled: 'Our app is not enrolled for this at the provider: look at its plan.',
  app_permissions: 'Our app lacks a permission at the provider: look at its dashboard.',
};
