/** Merges several listings of Pages and their Instagram accounts into accounts. */
import type { FoundAccount } from '@application/ports/reading-api.js';
import { webUrlOrNull } from '@infrastructure/http/web-url.js';
import type { GranularScope, InstagramRow, PageRow } from './meta-wire.js';

export class FoundAccounts {
  private readonly pages = new Map<string, PageRow>();
  private readonly looseInstagrams = new Map<string, InstagramRow>();
  /** Chosen by the person, and refused because of the person's role. */
  private readonly beyondRole = new Set<string>();

  constructor(private readonly granular: readonly GranularScope[]) {}

  get size(): number {
    return this.list().length;
  }

  /**
   * The row with a token wins over one without: the same Page may be listed in its owner's portfolio as well. The role
   * in one of them counts for both.
   */
  addPage(row: PageRow): void {
    const known = this.pages.get(row.id);
    const better = known === undefined || (!known.access_token && row.access_token) ? row : known;
    this.pages.set(row.id, { ...better, tasks: better.tasks ?? known?.tasks ?? row.tasks ?? null });
  }

  addInstagram(row: InstagramRow): void {
    this.looseInstagrams.set(row.id, row);
  }

  /** Whether the person chose this Page, by id or with all Pages. */
  chose(id: string): boolean {
    return this.granular.some(
      ({ scope, target_ids: ids }) => scope.startsWith('pages_') && (ids === null || ids?.includes(id) === true),
    );
  }

  roleLost(id: string): void {
    this.beyondRole.add(id);
  }

  /** Whether an Instagram account may belong to a Page that the role no longer reaches. */
  get lostRoles(): boolean {
    return this.beyondRole.size > 0;
  }

  /** Pages that the person granted by id, or that were granted before, and that no listing has. */
  unseenPages(known: readonly string[]): readonly string[] {
    return [...new Set([...targets(this.granular, 'pages_'), ...known])].filter((id) => !this.pages.has(id));
  }

  /**
   * Instagram accounts that no Page names: those granted by id, and those known before where all accounts are granted.
   * Of a known one that was left out of the choice nothing is asked: it is not granted.
   */
  unseenInstagrams(known: readonly string[]): readonly string[] {
    const seen = new Set([...this.pages.values()].map((page) => page.instagram_business_account?.id));
    const all = this.granular.some(({ scope, target_ids: ids }) => scope === 'instagram_basic' && ids === null);
    return [...new Set([...targets(this.granular, 'instagram_'), ...(all ? known : [])])].filter((id) => !seen.has(id));
  }

  list(): readonly FoundAccount[] {
    const behindPages = eachOnce([...this.pages.values()].flatMap((page) => this.pageAndInstagram(page)));
    const seen = new Set(behindPages.map(({ externalId }) => externalId));
    const loose = [...this.looseInstagrams.values()]
      .filter(({ id }) => !seen.has(id))
      .map((row) =>
        instagramAccount(row, {
          granted: false,
          problem: this.beyondRole.has(row.id) ? 'role_lacks_task' : 'instagram_not_linked',
          token: null,
          tasks: null,
        }),
      );
    return [...behindPages, ...loose];
  }

  private pageAndInstagram(page: PageRow): readonly FoundAccount[] {
    const token = page.access_token ?? null;
    const account: FoundAccount = {
      platform: 'facebook',
      externalId: page.id,
      name: page.name ?? page.username ?? null,
      username: page.username ?? null,
      pictureUrl: webUrlOrNull(page.picture?.data?.url),
      link: webUrlOrNull(page.link),
      granted: token !== null,
      problem: token !== null ? null : this.beyondRole.has(page.id) ? 'role_lacks_task' : 'not_granted',
      token,
      tasks: page.tasks ?? null,
    };
    const row = page.instagram_business_account;
    return !row ? [account] : [account, this.instagramBehind(row, page)];
  }

  /** Page and Instagram account are ticked apart in the dialog; calls for the latter go with the Page's token, so it takes both. */
  private instagramBehind(row: InstagramRow, page: PageRow): FoundAccount {
    const chosen = this.granular.find(({ scope }) => scope === 'instagram_basic')?.target_ids;
    const ticked = chosen?.includes(row.id) ?? true;
    const token = ticked ? (page.access_token ?? null) : null;
    const tickedWithoutPage = !page.access_token && chosen?.includes(row.id) === true;
    return instagramAccount(row, {
      granted: token !== null,
      problem: token !== null ? null : tickedWithoutPage ? 'instagram_not_linked' : 'not_granted',
      token,
      tasks: page.tasks ?? null,
    });
  }
}

/** Two Pages may name the same Instagram account: the one through which it can be reached wins. */
function eachOnce(accounts: readonly FoundAccount[]): readonly FoundAccount[] {
  const byId = new Map<string, FoundAccount>();
  for (const account of accounts) {
    const key = `${account.platform}/${account.externalId}`;
    if (byId.get(key)?.granted !== true) byId.set(key, account);
  }
  return [...byId.values()];
}

function instagramAccount(
  row: InstagramRow,
  grant: Pick<FoundAccount, 'granted' | 'problem' | 'token' | 'tasks'>,
): FoundAccount {
  return {
    platform: 'instagram',
    externalId: row.id,
    name: row.name ?? row.username ?? null,
    username: row.username ?? null,
    pictureUrl: webUrlOrNull(row.profile_picture_url),
    link: !row.username ? null : `https://www.instagram.com/${encodeURIComponent(row.username)}/`,
    ...grant,
  };
}

/** Absent target ids mean "all", without naming any. */
function targets(granular: readonly GranularScope[], prefix: string): string[] {
  const ids = granular.filter(({ scope }) => scope.startsWith(prefix)).flatMap(({ target_ids: ids }) => ids ?? []);
  return [...new Set(ids)];
}
