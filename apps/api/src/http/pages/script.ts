/** The script of our pages: shows instants in the viewer's zone, and reloads a page until its session has ended. */

export const SCRIPT = `
for (const time of document.querySelectorAll('time'))
  time.textContent = new Date(time.dateTime).toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'short' });

const FIRST = 1000, SLOWEST = 15000;

async function follow(wait) {
  const main = document.querySelector('main[data-follows]');
  if (main === null) return;
  await new Promise((resolve) => setTimeout(resolve, wait));
  try {
    const answer = await window.fetch(main.dataset.follows, { cache: 'no-store' });
    if (answer.ok) show(main, new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    // The network may work the next time.
  }
  void follow(Math.min(wait * 1.3, SLOWEST));
}

function show(main, next) {
  const [before, after] = [main, next].map((root) => root.querySelector('#content'));
  const following = next.querySelector('main').dataset.follows;
  if (before.innerHTML.trim() !== after.innerHTML.trim()) {
    document.title = next.title;
    main.className = next.querySelector('main').className;
    before.replaceChildren(...after.childNodes);
  }
  if (following === undefined) delete main.dataset.follows;
}

void follow(FIRST);
`;
