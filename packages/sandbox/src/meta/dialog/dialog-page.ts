/** The login dialog as HTML: one form that a browser, or a script, can click. */
import { html, named, page, type Html } from '../../core/html.js';
import type { Consent } from './dialog.js';
import { CARRIED, type DialogProblem } from './dialog-request.js';

const LOOK = { brand: '#0866ff' };

type Params = ReadonlyMap<string, string>;

/** Sign-in: chooses a person; there are no passwords. */
export function signInPage(people: readonly { id: string; name: string }[], params: Params, path: string): string {
  const body = html`<section class="card">
    <h1>Log in with Facebook</h1>
    <p>Who are you today?</p>
    <form method="get" action="${path}">
      ${carried(params)}
      <label for="person">Person</label>
      <select id="person" name="person">
        ${people.map((person) => html`<option value="${person.id}">${person.name} (${person.id})</option>`)}
      </select>
      <div class="row"><button class="main" type="submit">Continue</button></div>
    </form>
  </section>`;
  return page('Log in with Facebook', body, LOOK);
}

/** The consent form. Its field names are a contract with scripts: see the README. */
export function consentPage(consent: Consent, appName: string, params: Params, path: string): string {
  const { person, mode } = consent;
  const again = new URLSearchParams([...params].filter(([name]) => name !== 'edit'));
  again.set('person', person.id);
  again.set('edit', '1');
  const body = html`<section class="card">
    <h1>${mode === 'continue' ? html`Continue as ${named(person.name)}` : `${appName} wants access`}</h1>
    ${
      mode === 'continue'
        ? html`<p>You used ${appName} before. Your previous settings are kept:</p>`
        : html`<p>Signed in as ${named(person.name)}. Choose what ${appName} may use.</p>`
    }
    <form method="post" action="${path}">
      ${carried(params)}
      <input type="hidden" name="person" value="${person.id}" />
      ${mode === 'choose' && params.get('edit') === '1' && html`<input type="hidden" name="edit" value="1" />`}
      ${permissions(consent)} ${mode === 'choose' ? pickers(consent) : kept(consent)}
      <div class="row">
        <button class="main" type="submit" name="decision" value="allow">
          ${mode === 'continue' ? 'Continue' : 'Allow'}
        </button>
        <button type="submit" name="decision" value="deny">Cancel</button>
      </div>
    </form>
    ${mode === 'continue' && html`<p><a id="edit-settings" href="${path}?${again.toString()}">Edit settings</a></p>`}
  </section>`;
  return page(`${appName}: Facebook Login`, body, LOOK);
}

export function problemPage(problem: DialogProblem): string {
  const body = html`<section class="card" data-error-code="${problem.code}">
    <h1>Sorry, something went wrong</h1>
    <p>${problem.message}</p>
    <p class="dim">Error ${problem.code}</p>
  </section>`;
  return page('Facebook: error', body, LOOK);
}

function permissions({ permissions: asked, request }: Consent): Html {
  if (asked.length === 0) return html``;
  // A business configuration is granted whole: there is nothing to untick.
  if (request.business) {
    return html`<h2>Permissions</h2>
      <ul>
        ${asked.map(({ name }) => html`<li>${name}<input type="hidden" name="permission" value="${name}" /></li>`)}
      </ul>`;
  }
  return group(
    'Permissions',
    asked.map(({ name, ticked }) => tick('permission', name, name, ticked)),
  );
}

function pickers({ pages, instagrams, future }: Consent): Html {
  const both = instagrams.length > 0 ? 'All Pages and Instagram accounts' : 'All Pages';
  return html`${
    pages.length > 0 &&
    html`${group('All together', [tick('future', '1', `${both}, and those that come later`, future)])}
    ${group(
      'Pages',
      pages.map(({ id, name, through, ticked }) =>
        tick('page', id, through === 'personal' ? name : `${name} (${through} by a business)`, ticked),
      ),
    )}`
  }
  ${
    instagrams.length > 0 &&
    group(
      'Instagram accounts',
      instagrams.map(({ id, name, ticked }) => tick('instagram', id, name, ticked)),
    )
  }`;
}

const group = (legend: string, ticks: readonly Html[]): Html =>
  html`<fieldset>
    <legend>${legend}</legend>
    <div class="${ticks.length > 12 ? 'long' : ''}">${ticks}</div>
  </fieldset>`;

/** The earlier choice, shown and carried but not editable: Meta reuses it whatever the form says. */
const kept = ({ pages, instagrams }: Consent): Html =>
  html`<ul>
    ${keptRows('page', pages)} ${keptRows('instagram', instagrams)}
  </ul>`;

const keptRows = (name: string, items: readonly { id: string; name: string; ticked: boolean }[]): Html[] =>
  items
    .filter(({ ticked }) => ticked)
    .map((item) => html`<li>${named(item.name)}<input type="hidden" name="${name}" value="${item.id}" /></li>`);

const tick = (name: string, value: string, label: string, ticked: boolean): Html =>
  html`<label class="tick"
    >${
      ticked
        ? html`<input type="checkbox" name="${name}" value="${value}" checked />`
        : html`<input type="checkbox" name="${name}" value="${value}" />`
    }
    ${named(label)}</label
  >`;

const carried = (params: Params): Html =>
  html`${CARRIED.map((name) => {
    const value = params.get(name);
    return value !== undefined && html`<input type="hidden" name="${name}" value="${value}" />`;
  })}`;
