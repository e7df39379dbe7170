// One run of the tour: an organisation and people of its own, and assertions that are printed as they are judged.
import { ApiClient, SandboxClient, type Json } from '../../test/support/api-client.ts';
import { Browser } from '../../test/support/browser.ts';

const paint = (code: number, text: string): string =>
  process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[${code}m${text}\u001b[0m` : text;

/** Characters. */
const MOST_EVIDENCE = 2_000;

class AssertionFailed extends Error {}

export class TourRun {
  /** Assertions that held so far. */
  private held = 0;
  /** What an earlier step found, for the later ones. */
  readonly known: Record<string, Json> = {};
  readonly org = `org_tour_${Date.now().toString(36)}`;
  readonly browser = new Browser();

  private constructor(
    origin: string,
    sandbox: SandboxClient,
    host: ApiClient,
    admin: ApiClient,
    member: ApiClient,
    outsider: ApiClient,
  ) {
    this.origin = origin;
    this.sandbox = sandbox;
    this.host = host;
    this.admin = admin.in(this.browser);
    this.member = member;
    this.outsider = outsider;
  }

  readonly origin: string;
  readonly sandbox: SandboxClient;
  /** The host platform's service. */
  readonly host: ApiClient;
  readonly admin: ApiClient;
  readonly member: ApiClient;
  readonly outsider: ApiClient;

  static async start(): Promise<TourRun> {
    const origin = `http://127.0.0.1:${process.env['PORT'] ?? '4000'}`;
    const sandbox = new SandboxClient(`http://127.0.0.1:${process.env['SANDBOX_PORT'] ?? '4100'}`);
    const unique = Date.now().toString(36);
    const as = async (who: Record<string, unknown>): Promise<ApiClient> =>
      new ApiClient(origin, await sandbox.token(who));
    let tour: TourRun;
    try {
      tour = new TourRun(
        origin,
        sandbox,
        await as({ service: 'host-platform' }),
        await as({ sub: `tour-admin-${unique}` }),
        await as({ sub: `tour-member-${unique}` }),
        await as({ sub: `tour-outsider-${unique}` }),
      );
      await tour.open(unique);
    } catch (error) {
      if (error instanceof AssertionFailed) throw error;
      process.stderr.write(`Nothing answers at ${origin} and ${sandbox.origin}. Run \`npm start\` first.\n`);
      process.exit(1);
    }
    return tour;
  }

  private async open(unique: string): Promise<void> {
    this.step('An organisation arrives');
    const { status } = await this.host.get('/ready');
    this.check('the API is ready', status === 200, status);
    const pushed = await this.host.put(this.path(''), {
      name: 'Tour & Travel',
      plan: 'starter',
      active_profile_limit: 3,
      time_zone: 'Europe/Berlin',
      analytics_retention_days: null,
      x_monthly_budget_usd: null,
      approval_available: true,
      status: 'active',
    });
    this.check('the host platform pushes an organisation with a limit of 3', pushed.status === 200, pushed.body);
    await this.host.put(this.path(`/members/tour-admin-${unique}`), { role: 'admin', name: 'Toni Tour', email: null });
    await this.host.put(this.path(`/members/tour-member-${unique}`), { role: 'member', name: null, email: null });
    const me = await this.admin.get('/v1/me');
    this.check('its admin sees it, with the role', me.body.orgs[0]?.role === 'admin', me.body);
    const hidden = await this.outsider.get(this.path('/profiles'));
    this.check('to an outsider it does not exist', hidden.status === 404, hidden.body);
    const refused = await this.member.post(this.path('/connect-sessions'), { provider: 'x' });
    this.check('a member may not connect', refused.body.code === 'not_allowed', refused.body);
  }

  path(rest: string): string {
    return `/v1/orgs/${this.org}${rest}`;
  }

  step(title: string): void {
    process.stdout.write(`\n${paint(1, title)}\n`);
  }

  /** Prints what holds; ends the tour where it does not. */
  check(claim: string, holds: boolean, evidence?: unknown): void {
    if (!holds) {
      process.stdout.write(`  ${paint(31, '✗')} ${claim}\n`);
      throw new AssertionFailed(
        `${claim}\nWhat was seen: ${(JSON.stringify(evidence, null, 2) ?? 'nothing').slice(0, MOST_EVIDENCE)}`,
      );
    }
    this.held += 1;
    process.stdout.write(`  ${paint(32, '✓')} ${claim}\n`);
  }

  finish(): void {
    process.stdout.write(`\n${paint(32, `All ${this.held} assertions hold.`)} Organisation ${this.org}.\n`);
  }

  fail(error: unknown): void {
    const text =
      error instanceof AssertionFailed ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\nThe tour ends here, after ${this.held} assertions that held:\n${text}\n`);
  }
}
