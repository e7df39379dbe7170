/** Reads timelines of X page by page, for the specs. */
import type { Answer, Json } from './sandbox.js';
import type { XClient } from './x-client.js';

export interface PostJson extends Json {
  id: string;
  text: string;
}

export interface Page {
  data?: PostJson[];
  errors?: Json[];
  includes?: Record<string, Json[]>;
  meta: { result_count: number; next_token?: string; previous_token?: string; newest_id?: string; oldest_id?: string };
}

export const ids = (pages: Page[]): string[] => pages.flatMap((page) => (page.data ?? []).map((post) => post.id));

export class Pages {
  constructor(
    private readonly x: XClient,
    private readonly list: 'tweets' | 'mentions' = 'tweets',
  ) {}

  /** One page of a person's list, read with that token. */
  one(query: string, id: string, token: string): Promise<Answer<Page>> {
    return this.x.get<Page>(`/2/users/${id}/${this.list}?${query}`, token);
  }

  /** Every page, in order. */
  async all(query: string, id: string, token: string): Promise<Page[]> {
    const pages: Page[] = [];
    let next: string | undefined;
    do {
      const { body } = await this.one(`${query}${next === undefined ? '' : `&pagination_token=${next}`}`, id, token);
      pages.push(body);
      next = body.meta.next_token;
    } while (next !== undefined && pages.length < 100);
    return pages;
  }
}
