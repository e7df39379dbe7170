/** The frame around our few pages: no third party, nothing kept, nothing passed on, and no script but for the viewer's time zone. */
import type { FastifyReply } from 'fastify';
import { html, type Html } from './html.js';

interface PageOptions {
  /** Origins that the page's form may lead to: a browser applies `form-action` to redirects as well. */
  readonly formTargets?: readonly string[];
  /** It shows instants. */
  readonly times?: boolean;
}

/** Answers with a page. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  title: string,
  body: Html,
  { formTargets = [], times = false }: PageOptions = {},
): void {
  const policy = [
    "default-src 'none'",
    ...(times ? ["script-src 'self'"] : []),
    "style-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
  ];
  void reply
    .status(status)
    .type('text/html; charset=utf-8')
    .headers({
      'content-security-policy': policy.join('; '),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    .send(frame(title, body, times).text);
}

/** An instant: in UTC where no script runs, else in the viewer's own zone. */
export function instant(iso: string): Html {
  const utc = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return html`<time datetime="${iso}">${utc.format(new Date(iso))} UTC</time>`;
}

export const TIMES_SCRIPT = `
for (const time of document.querySelectorAll('time'))
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });
`;

function frame(title: string, body: Html, times: boolean): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Social Connections</title>
        <link rel="stylesheet" href="/pages.css" />
        ${times ? html`<script src="/pages.js" defer></script>` : html``}
      </head>
      <body>
        <main>
          <p class="brand">Social Connections</p>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `;
}

export const STYLES = `
:root { color-scheme: light dark; --ink: #1c2430; --quiet: #5b6675; --line: #d9dee6; --paper: #fff; --ground: #f3f5f8; --accent: #2456d6; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf2; --quiet: #9aa6b6; --line: #323b49; --paper: #1a212c; --ground: #11161e; --accent: #7da2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 34rem; margin: 8vh auto; padding: 2rem 2.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; }
.brand { margin: 0; color: var(--quiet); font-size: .85rem; letter-spacing: .02em; }
h1 { margin: .2rem 0 1rem; font-size: 1.5rem; line-height: 1.25; }
dl { margin: 0 0 1rem; display: grid; grid-template-columns: auto 1fr; gap: .35rem 1rem; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; }
ul { padding-left: 1.2rem; }
.note { padding: .75rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 8px; }
button { font: inherit; font-weight: 600; padding: .7rem 1.4rem; border: 0; border-radius: 9px; background: var(--accent); color: var(--paper); cursor: pointer; }
button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.quiet { color: var(--quiet); font-size: .9rem; }
`;
