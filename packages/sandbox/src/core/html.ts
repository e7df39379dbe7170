/** A tagged template that escapes whatever is put into it, and the one layout of the sandbox's pages. */

export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** Line breaks, controls, and the marks that turn the direction of what follows: names are shown without them. */
const unshowable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

type Part = string | number | boolean | null | undefined | Html | readonly Part[];

function render(part: Part): string {
  if (part === null || part === undefined || part === false || part === true) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part).replace(unshowable, ' '));
}

/** `html\`<p>${text}</p>\``: values are escaped, `Html` and lists of it are put in as they are, `false` and `undefined` vanish. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let text = strings[0] ?? '';
  parts.forEach((part, index) => {
    text += render(part) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

const styles = `
:root{color-scheme:light dark;--ink:#14181f;--dim:#56606e;--line:#dfe3e8;--paper:#fff;--ground:#f3f5f7;--edge:#7b8592;--link:#1d4fd7;--focus:#1d6fe8;
--flag:#fff4d6;--flag-ink:#5c4600;--flag-line:#ecd690;--brand:#14181f;--on-brand:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e9edf2;--dim:#a4aebb;--line:#323b48;--paper:#1a2029;--ground:#101419;--edge:#7d8896;--link:#8fb4ff;--focus:#8fb4ff;
--flag:#37300f;--flag-ink:#f3dc96;--flag-line:#574c1c;--brand:#e9edf2;--on-brand:#14181f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
.flag{margin:0;background:var(--flag);border-bottom:1px solid var(--flag-line);color:var(--flag-ink);font-size:.8125rem;padding:.45rem 1rem;text-align:center}
main{max-width:var(--width,31rem);margin:clamp(1rem,4vh,2.5rem) auto;padding:0 1rem;overflow-wrap:anywhere}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:clamp(1.1rem,4vw,1.75rem);box-shadow:0 1px 2px rgb(20 24 31/5%)}
.card+.card{margin-top:1rem}
h1{font-size:1.375rem;line-height:1.3;margin:0 0 .6rem;text-wrap:balance}h2{font-size:1.0625rem;line-height:1.3;margin:1.5rem 0 .5rem}
.card>h2:first-child,header+h2{margin-top:0}
p{margin:.5rem 0}a{color:var(--link);text-underline-offset:.15em}
.dim{color:var(--dim);font-size:.875rem}ul{padding-left:1.2rem;margin:.5rem 0}li{margin:.25rem 0}
label{display:block;font-weight:600;margin:.75rem 0 .25rem}
label.tick{font-weight:400;display:flex;gap:.65rem;align-items:flex-start;margin:0;padding:.35rem 0}
label.tick input{flex:none;width:1.15rem;height:1.15rem;margin:.2rem 0 0;accent-color:var(--link)}
fieldset{border:1px solid var(--line);border-radius:10px;margin:.9rem 0 0;padding:.35rem .9rem .6rem;min-width:0}legend{font-weight:600;padding:0 .35rem;margin-left:-.35rem}
.long{max-height:22rem;overflow-y:auto}
select,input[type=text]{width:100%;padding:.6rem .7rem;font:inherit;color:inherit;border:1px solid var(--edge);border-radius:8px;background:var(--paper)}
.row{display:flex;gap:.75rem;margin-top:1.5rem;flex-wrap:wrap}
button{font:inherit;font-weight:600;min-height:2.75rem;padding:.5rem 1.3rem;border-radius:999px;border:1px solid var(--edge);background:var(--paper);color:var(--ink);cursor:pointer}
button.main{background:var(--brand);border-color:var(--brand);color:var(--on-brand)}
button.small{font-size:.875rem;min-height:2.25rem;padding:.25rem .85rem}
button:hover{border-color:var(--ink)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
.buttons{display:flex;flex-wrap:wrap;gap:.5rem;margin:.5rem 0}.buttons form{margin:0}
time{white-space:nowrap}code{font:.8125rem ui-monospace,SFMono-Regular,Menlo,monospace}
pre{margin:.5rem 0;padding:.6rem .75rem;background:var(--ground);border-radius:8px;white-space:pre-wrap}
.rows{list-style:none;margin:.25rem 0;padding:0}
.rows>li{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:.1rem .75rem;align-items:center;margin:0;padding:.5rem 0;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0}
.rows .wide{grid-column:1/-1}
.end{text-align:right}
details>summary{cursor:pointer;padding:.4rem 0;color:var(--link)}
.said{border-left:4px solid var(--link)}
@media (max-width:30rem){.row>button{flex:1 1 100%}}`;

/** A name that people chose, isolated: its direction does not turn the words around it. */
export const named = (name: string): Html => html`<bdi>${name}</bdi>`;

/** A whole page. `brand` colours the main button; `width` is the column's (a CSS length); `script` is a file of our own. */
export function page(
  title: string,
  body: Html,
  look: { brand?: string; width?: string; script?: string } = {},
): string {
  const root = `:root{${look.brand ? `--brand:${look.brand};--on-brand:#fff;` : ''}${look.width ? `--width:${look.width};` : ''}}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(styles + root)}
        </style>
        ${look.script && html`<script src="${look.script}" defer></script>`}
      </head>
      <body>
        <header class="flag">
          Sandbox: a local stand-in. It asks for no password, and nothing leaves this machine.
        </header>
        <main>${body}</main>
      </body>
    </html> `.text;
}

/** Headers every page of the sandbox is sent with. `formTargets` are origins a form's answer may redirect to; `script`: it loads a file of ours. */
export function pageHeaders(formTargets: readonly string[] = [], script = false): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    // Chromium applies form-action to the redirect after a POST too, so the app's own origin has to be named.
    'content-security-policy':
      `default-src 'none';${script ? " script-src 'self';" : ''} style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${formTargets.join(' ')}`.trim(),
  };
}
