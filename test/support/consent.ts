// The providers' own pages, clicked as a person would: sign in as somebody, then allow or deny.
import type { Page } from './browser.ts';

export interface Choice {
  readonly decision: 'allow' | 'deny';
  /** Permissions, Pages or Instagram accounts to leave out. */
  readonly untick?: readonly string[];
}

/** Meta asks who signs in on a page of its own; X on the consent page itself. */
export async function consent(page: Page, person: string, choice: Choice): Promise<Page> {
  const signedIn = page.$('button[name=decision]').length > 0 ? page : await page.submit({ fill: { person } });
  return signedIn.submit({
    press: choice.decision,
    fill: { person },
    ...(choice.untick !== undefined && { untick: choice.untick }),
  });
}
