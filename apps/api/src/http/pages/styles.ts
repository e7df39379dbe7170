/** The styles of our pages: one card, in light or dark colours as the viewer prefers. */

export const STYLES = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --quiet: #566170; --line: #d9dee6; --paper: #fff; --ground: #f3f5f8;
  --accent: #2456d6; --on-accent: #fff; --good: #1a7f4b; --bad: #c2362b; --wait: #2456d6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf2; --quiet: #a3aebd; --line: #343e4d; --paper: #1a212c; --ground: #10151d;
    --accent: #8fb0ff; --on-accent: #10182a; --good: #58c78f; --bad: #ff8f85; --wait: #8fb0ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; padding: clamp(1rem, 8vh, 5rem) 1rem; background: var(--ground); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 35rem; margin: 0 auto; padding: clamp(1.25rem, 5vw, 2.5rem); background: var(--paper); border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 1px 2px rgb(16 21 29 / 6%), 0 12px 32px rgb(16 21 29 / 6%); overflow-wrap: anywhere; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.25rem; color: var(--quiet); font-size: .875rem; font-weight: 600; }
.brand::before { content: ""; width: .625rem; height: .625rem; border-radius: 50%; background: var(--accent); }
.good .brand::before { background: var(--good); }
.bad .brand::before { background: var(--bad); }
h1 { margin: 0 0 1rem; font-size: 1.625rem; line-height: 1.25; letter-spacing: -.01em; text-wrap: balance; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: 0 0 .875rem; }
ul { margin: 0 0 1rem; padding-left: 1.25rem; }
li { margin: .25rem 0; }
dl { margin: 0 0 1.25rem; padding: .875rem 1rem; display: grid; grid-template-columns: max-content 1fr; gap: .375rem 1.25rem; background: var(--ground); border-radius: 10px; }
dt { color: var(--quiet); }
dd { margin: 0; font-weight: 600; }
code { font: .875em ui-monospace, SFMono-Regular, Menlo, monospace; }
.note { padding: .75rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 10px; }
.quiet { color: var(--quiet); font-size: .9375rem; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 1.25rem; }
#content > :last-child { margin-bottom: 0; }
a { color: var(--accent); text-underline-offset: .15em; }
button, .button { display: inline-block; min-height: 2.75rem; padding: .625rem 1.375rem; font: inherit; font-weight: 600; line-height: 1.5; text-align: center; text-decoration: none; color: var(--ink); background: none; border: 1px solid var(--quiet); border-radius: 10px; cursor: pointer; }
button.main { color: var(--on-accent); background: var(--accent); border-color: var(--accent); }
button:hover, .button:hover { filter: brightness(1.08); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 6px; }
button:focus-visible, .button:focus-visible { border-radius: 10px; }
.progress { height: 4px; margin: 0 0 1.25rem; border-radius: 2px; background: linear-gradient(90deg, var(--line) 0 35%, var(--accent) 50%, var(--line) 65% 100%) 100% 0 / 300% 100%; animation: progress 1.6s linear infinite; }
@keyframes progress { to { background-position: 0 0; } }
@media (prefers-reduced-motion: reduce) { .progress { animation: none; } }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd + dt { margin-top: .5rem; }
  .row > * { flex: 1 1 100%; }
}
`;
