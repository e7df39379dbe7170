/** A person at a consent page: opens it, unticks what they do not want to give, presses a button. */
import { load } from 'cheerio';

export interface Choice {
  readonly decision?: 'allow' | 'deny';
  /** Values of checkboxes to take the tick off: a permission, a Page's id, an Instagram account's id. */
  readonly untick?: readonly string[];
  /** Opens the choice again where the page would go on with the earlier one. */
  readonly edit?: boolean;
}

/** Where the browser is sent: the redirect URI with a code, or with an error. */
export async function consent(authorizeUrl: string, person: string, choice: Choice = {}): Promise<URL> {
  const { decision = 'allow', untick = [], edit = false } = choice;
  const address = new URL(authorizeUrl);
  address.searchParams.set('person', person);
  if (edit) address.searchParams.set('edit', '1');
  const page = await fetch(address);
  const $ = load(await page.text());
  const form = new URLSearchParams();
  $('form input[type=hidden], form input[type=checkbox][checked]').each((_, input) => {
    const value = $(input).attr('value') ?? '';
    if (!untick.includes(value)) form.append($(input).attr('name') ?? '', value);
  });
  const chosen = $('select[name=person] option[selected]').attr('value');
  if (chosen !== undefined) form.append('person', chosen);
  form.append('decision', decision);
  const action = $('form').attr('action');
  if (action === undefined) throw new Error(`no consent form: ${$('main, body').text().trim().slice(0, 200)}`);
  const target = new URL(action, address.origin);
  const answer = await fetch(target, { method: 'POST', body: form, redirect: 'manual' });
  const location = answer.headers.get('location');
  if (location === null) throw new Error(`no redirect: ${answer.status} ${await answer.text()}`);
  return new URL(location);
}
