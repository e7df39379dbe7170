/** A tagged template that escapes whatever is put into it, and the one layout of the sandbox's pages. */

export class Html {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

type Part = string | number | boolean | null | undefined | Html | readonly Part[];

function render(part: Part): string {
  if (part === null || part === undefined || part === false || part === true) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return escapeHtml(String(part));
}

/** `html\`<p>${text}</p>\``: values are escaped, `Html` and lists of it are put in as they are, `false` and `undefined` vanish. */
export function html(strings: TemplateStringsArray, ...parts: Part[]): Html {
  let text = strings[0] ?? '';
  parts.forEach((part, index) => {
    text += render(part) + (strings[index + 1] ?? '');
  });
  return new Html(text);
}

const style = `
:root{--ink:#14181f;--dim:#5b6472;--line:#dfe3e8;--paper:#fff;--ground:#f3f5f7;--brand:#14181f}
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
.flag{background:#fff4d6;border-bottom:1px solid #ecd690;color:#614a00;font-size:.8125rem;padding:.45rem 1rem;text-align:center}
main{max-width:var(--width,30rem);margin:2.5rem auto;padding:0 1rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:1.75rem;box-shadow:0 1px 2px rgba(20,24,31,.05)}
.card+.card{margin-top:1.25rem}h1{font-size:1.375rem;line-height:1.3;margin:0 0 .75rem}h2{font-size:1.05rem;margin:1.5rem 0 .5rem}
p{margin:.5rem 0}.dim{color:var(--dim);font-size:.875rem}ul{padding-left:1.1rem;margin:.5rem 0}li{margin:.25rem 0}
label{display:block;font-weight:600;margin:.75rem 0 .25rem}label.tick{font-weight:400;display:flex;gap:.6rem;align-items:flex-start;margin:.35rem 0}
select,input[type=text]{width:100%;padding:.6rem .7rem;font:inherit;border:1px solid #b9c0c9;border-radius:8px;background:#fff}
.row{display:flex;gap:.75rem;margin-top:1.5rem;flex-wrap:wrap}
button{font:inherit;font-weight:600;padding:.65rem 1.25rem;border-radius:999px;border:1px solid #b9c0c9;background:#fff;color:var(--ink);cursor:pointer}
button.main{background:var(--brand);border-color:var(--brand);color:#fff}button.small{font-size:.8125rem;padding:.25rem .7rem}
button:focus-visible,select:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #6aa5ff;outline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:.875rem}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--dim);font-weight:600}code{font:.8125rem ui-monospace,Menlo,monospace;overflow-wrap:anywhere}.scroll{overflow-x:auto}form.inline{display:inline}`;

/** A whole page. `brand` colours the main button; `width` is the column's (a CSS length). */
export function page(title: string, body: Html, look: { brand?: string; width?: string } = {}): string {
  const root = `:root{${look.brand ? `--brand:${look.brand};` : ''}${look.width ? `--width:${look.width};` : ''}}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Html(style + root)}
        </style>
      </head>
      <body>
        <div class="flag">Sandbox: a local stand-in. Nobody is asked for a password, nothing leaves this machine.</div>
        <main>${body}</main>
      </body>
    </html> `.text;
}

/** Headers every page of the sandbox is sent with. `formTargets` are origins a form's answer may redirect to. */
export function pageHeaders(formTargets: readonly string[] = []): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    // Chromium applies form-action to the redirect after a POST too, so the app's own origin has to be named.
    'content-security-policy':
      `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${formTargets.join(' ')}`.trim(),
  };
}
