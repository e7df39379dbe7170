/** Lists of the page at `/`: short at first sight, on a phone as well. */
import { html, type Html } from '../core/html.js';
import { minute } from '../core/values.js';

/** The first ones, and the rest behind a summary. */
export function some(rows: readonly Html[], inSight: number, rest: string): Html {
  const hidden = rows.slice(inSight);
  return html`<ul class="rows">
      ${rows.slice(0, inSight)}
    </ul>
    ${
      hidden.length > 0 &&
      html`<details>
        <summary>${rest.replace('#', String(hidden.length))}</summary>
        <ul class="rows">
          ${hidden}
        </ul>
      </details>`
    }`;
}

/** An instant, on one line. */
export const when = (at: number | string): Html => html`<time>${minute(at)}</time>`;
