/** Renders the frame of our pages: no third-party content, no caching, no referrer, and no script but our own file. */
import type { FastifyReply } from 'fastify';
import { html, type Html } from '@application/html.js';

/** The kind of the message, shown as a colour beside the text. */
export type Tone = 'good' | 'bad' | 'wait' | 'plain';

export interface PageContent {
  readonly title: string;
  readonly body: Html;
  readonly tone?: Tone;
  /** Origins that the page's form may lead to: a browser applies `form-action` to redirects as well. */
  readonly formTargets?: readonly string[];
  /** Whether it shows instants. */
  readonly times?: boolean;
  /** Its own address, where its content will change soon: the page is reloaded until it names none any more. */
  readonly follows?: string;
}

/** Answers with a page. */
export function sendPage(reply: FastifyReply, status: number, page: PageContent): void {
  const { formTargets = [], times = false, follows } = page;
  const policy = [
    "default-src 'none'",
    ...(times || follows !== undefined ? ["script-src 'self'"] : []),
    ...(follows === undefined ? [] : ["connect-src 'self'"]),
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${[...new Set(["'self'", ...formTargets])].join(' ')}`,
  ];
  void reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({ 'content-security-policy': policy.join('; '), 'cache-control': 'no-store' })
    .send(frame(page).text);
}

/** An instant: in UTC where no script runs, else in the viewer's own zone. */
export function instant(iso: string): Html {
  const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return html`<time datetime="${iso}">${utc.format(new Date(iso))} UTC</time>`;
}

/** The link back; empty where there is none. */
export function backLink(href: string | null, label = 'Back to where you came from'): Html {
  return href === null ? html`` : html`<p class="row"><a class="button" href="${href}">${label}</a></p>`;
}

function frame({ title, body, tone = 'plain', times = false, follows }: PageContent): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Social Connections</title>
        <link rel="stylesheet" href="/pages.css" />
        ${times || follows !== undefined ? html`<script src="/pages.js" defer></script>` : html``}
        ${follows === undefined ? html`` : reload(follows)}
      </head>
      <body>
        <main class="${tone}" ${follows === undefined ? html`` : html`data-follows="${follows}"`}>
          <p class="brand">Social Connections</p>
          <div id="content" aria-live="polite">
            <h1>${title}</h1>
            ${body}
          </div>
        </main>
      </body>
    </html> `;
}

/**
 * Without a script. The address is named, since a browser with a fragment in its address would otherwise not reload.
 */
const reload = (path: string): Html =>
  html`<noscript><meta http-equiv="refresh" content="3; url=${path}" /></noscript>`;
