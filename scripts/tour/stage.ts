// What every scene of the tour stands on: an organisation and people of its own, and assertions that are told aloud.
import { ApiClient, SandboxClient, type Json } from '../../test/support/api-client.ts';
import { Browser } from '../../test/support/browser.ts';

const paint = (code: number, text: string): string =>
  process.stdout.isTTY && process.stdout.hasColors() ? `\u001b[${code}m${text}\u001b[0m` : text;

/** Characters. */
const MOST_EVIDENCE = 2_000;

class Untrue extends Error {}

export class Stage {
  /** Assertions that held so far. */
  private held = 0;
  /** What a later scene needs to know of an earlier one. */
  readonly props: Record<string, Json> = {};
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

  static async set(): Promise<Stage> {
    const origin = `http://127.0.0.1:${process.env['PORT'] ?? '4000'}`;
    const sandbox = new SandboxClient(`http://127.0.0.1:${process.env['SANDBOX_PORT'] ?? '4100'}`);
    const unique = Date.now().toString(36);
    const as = async (who: Record<string, unknown>): Promise<ApiClient> =>
      new ApiClient(origin, await sandbox.token(who));
    let stage: Stage;
    try {
      stage = new Stage(
        origin,
        sandbox,
        await as({ service: 'host-platform' }),
        await as({ sub: `tour-admin-${unique}` }),
        await as({ sub: `tour-member-${unique}` }),
        await as({ sub: `tour-outsider-${unique}` }),
      );
      await stage.open(unique);
    } catch (error) {
      if (error instanceof Untrue) throw error;
      process.stderr.write(`Nothing answers at ${origin} and ${sandbox.origin}. Run \`npm start\` first.\n`);
      process.exit(1);
    }
    return stage;
  }

  private async open(unique: string): Promise<void> {
    this.scene('An organisation arrives');
    const { status } = await this.host.get('/ready');
    this.that('the API is ready', status === 200, status);
    const pushed = await this.host.put(this.path(''), {
      name: 'Tour & Travel',
      plan: 'starter',
      active_profile_limit: 3,
      time_zone: 'Europe/Berlin',
      analytics_retention_days: null,
      x_monthly_budget_usd: 25,
      approval_available: true,
      status: 'active',
    });
    this.that('the host platform pushes an organisation with a limit of 3', pushed.status === 200, pushed.body);
    await this.host.put(this.path(`/members/tour-admin-${unique}`), { role: 'admin', name: 'Toni Tour' });
    await this.host.put(this.path(`/members/tour-member-${unique}`), { role: 'member' });
    const me = await this.admin.get('/v1/me');
    this.that('its admin sees it, with the role', me.body.orgs[0]?.role === 'admin', me.body);
    const stranger = await this.outsider.get(this.path('/profiles'));
    this.that('to an outsider it does not exist', stranger.status === 404, stranger.body);
    const refused = await this.member.post(this.path('/connect-sessions'), { provider: 'x' });
    this.that('a member may not connect', refused.body.code === 'not_allowed', refused.body);
  }

  path(rest: string): string {
    return `/v1/orgs/${this.org}${rest}`;
  }

  scene(title: string): void {
    process.stdout.write(`\n${paint(1, title)}\n`);
  }

  /** Tells what holds; ends the tour where it does not. */
  that(claim: string, holds: boolean, evidence?: unknown): void {
    if (!holds) {
      process.stdout.write(`  ${paint(31, '✗')} ${claim}\n`);
      throw new Untrue(
        `${claim}\nWhat was seen: ${(JSON.stringify(evidence, null, 2) ?? 'nothing').slice(0, MOST_EVIDENCE)}`,
      );
    }
    this.held += 1;
    process.stdout.write(`  ${paint(32, '✓')} ${claim}\n`);
  }

  bow(): void {
    process.stdout.write(`\n${paint(32, `All ${this.held} assertions hold.`)} Organisation ${this.org}.\n`);
  }

  stumble(error: unknown): void {
    const text = error instanceof Untrue ? error.message : error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\nThe tour ends here, after ${this.held} assertions that held:\n${text}\n`);
  }
}
