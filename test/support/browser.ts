// A browser for scripts: cookies, redirects, and forms that are filled in and sent as a person's would be.
import { load, type CheerioAPI } from 'cheerio';
import makeFetchCookie from 'fetch-cookie';
import { CookieJar } from 'tough-cookie';

export class Page {
  readonly $: CheerioAPI;
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  private readonly browser: Browser;

  constructor(browser: Browser, url: string, response: Response, html: string) {
    this.browser = browser;
    this.url = new URL(url);
    this.status = response.status;
    this.headers = response.headers;
    this.$ = load(html);
  }

  get title(): string {
    return this.$('h1').first().text().trim();
  }

  get text(): string {
    return this.$('body').text().replaceAll(/\s+/g, ' ').trim();
  }

  /**
   * Sends the page's form.
   * @param change.press the submit button's value; the first button without it
   * @param change.untick values of check boxes to leave out
   * @param change.fill values for other fields, a select included
   */
  submit(change: { press?: string; untick?: readonly string[]; fill?: Record<string, string> } = {}): Promise<Page> {
    const { $ } = this;
    const form = $('form').first();
    if (form.length === 0) throw new Error(`No form on ${this.url.pathname}: ${this.text.slice(0, 200)}`);
    const fields = new URLSearchParams();
    form.find('input[name], select[name]').each((_, element) => {
      const field = $(element);
      const name = field.attr('name')!;
      const type = field.attr('type') ?? 'text';
      if (type === 'submit') return;
      if (type === 'checkbox' || type === 'radio') {
        const value = field.attr('value') ?? 'on';
        if (field.is('[checked]') && !change.untick?.includes(value)) fields.append(name, value);
      } else {
        fields.append(name, change.fill?.[name] ?? String(field.val() ?? ''));
      }
    });
    const buttons = form
      .find('button[name], input[type=submit][name]')
      .toArray()
      .map((element) => $(element));
    const pressed = buttons.find((button) => change.press === undefined || button.attr('value') === change.press);
    if (change.press !== undefined && pressed === undefined) throw new Error(`No button ${change.press}`);
    if (pressed !== undefined) fields.append(pressed.attr('name')!, pressed.attr('value') ?? '');

    const target = new URL(form.attr('action') || this.url.href, this.url);
    if ((form.attr('method') ?? 'get').toLowerCase() === 'get') {
      target.search = fields.toString();
      return this.browser.open(target.href);
    }
    return this.browser.open(target.href, { method: 'POST', body: fields });
  }
}

export class Browser {
  readonly jar = new CookieJar();
  private readonly fetch = makeFetchCookie(fetch, this.jar);
  /** Every address that was visited, redirects included. */
  readonly history: URL[] = [];

  async open(url: string, init: RequestInit = {}): Promise<Page> {
    let next: string = url;
    let request: RequestInit = init;
    for (let hops = 0; hops < 10; hops += 1) {
      this.history.push(new URL(next));
      const response = await this.fetch(next, { ...request, redirect: 'manual' });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        return new Page(this, next, response, await response.text());
      }
      await response.body?.cancel();
      next = new URL(location, next).href;
      request = {};
    }
    throw new Error(`Too many redirects after ${url}`);
  }

  /** As the console's own requests: they bring and keep the same cookies. */
  call(url: string, init: RequestInit): Promise<Response> {
    return this.fetch(url, init);
  }
}
