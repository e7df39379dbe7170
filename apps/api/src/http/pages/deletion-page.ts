/** Renders the status page of a data deletion, for the person who requested it at Meta, without any data of a person. */
import type { DeletionStatus } from '@application/meta-callbacks/get-deletion-status.js';
import { html } from '@application/html.js';
import { instant, type PageContent } from './page.js';

export function deletionPage(status: DeletionStatus): PageContent {
  const { title, words } = wordsFor(status);
  return {
    title,
    times: true,
    body: html`<dl>
        <dt>Asked for</dt>
        <dd>${instant(status.receivedAt)}</dd>
        <dt>Done</dt>
        <dd>${status.doneAt === null ? 'not yet' : instant(status.doneAt)}</dd>
      </dl>
      <p>${words}</p>`,
  };
}

function wordsFor({ state, of, authorisedSince }: DeletionStatus): { readonly title: string; readonly words: string } {
  const isDone = state === 'done';
  if (of === 'page') {
    return {
      title: isDone ? 'Access to the Page was checked again' : 'Access to the Page is being checked',
      words:
        'Where the Page no longer gives access, nothing is read or published any more. Its figures stay with its organisation.',
    };
  }
  if (isDone && authorisedSince) {
    return {
      title: 'You have connected again since',
      words:
        'After this request you connected your account again. That connection, and your name, id and picture with it, stay until it is removed.',
    };
  }
  const [is, are] = isDone ? ['has been', 'are'] : ['is being', 'will be'];
  return {
    title: `Your data ${is} deleted`,
    words: `The connection made with your account, its tokens, and your name, id and picture ${are} deleted. Figures of a Page belong to the Page's organisation and stay with it.`,
  };
}
