/** HTML in which every value is escaped and shown in one direction on one line, unless it is HTML already. */
import { showable } from '@domain/one-line.js';

export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[];

export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(parts.reduce((text, part, i) => text + render(values[i - 1]!) + part));
}

/** A name from outside, isolated, so that its direction does not change the text around it. */
export function named(name: string): Html {
  return html`<bdi>${name}</bdi>`;
}

function render(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(render).join('');
  return showable(String(value)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
