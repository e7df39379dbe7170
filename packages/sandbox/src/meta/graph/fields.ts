/** The `fields` language of Graph: names, nested braces and edge modifiers, as in `id,picture.type(large){url}`. */
import { syntaxError } from '../contract/errors.js';

export interface Field {
  readonly name: string;
  /** Modifiers in dots: `insights.metric(a,b).period(day)` gives `metric → "a,b"`, `period → "day"`. */
  readonly modifiers: ReadonlyMap<string, string>;
  readonly children: readonly Field[] | undefined;
}

const NAME = /[A-Za-z0-9_]/;
const MAX_DEPTH = 8;

/** Parsed lists are pure values, so the few hundred that a client really uses are kept; the bound keeps memory flat. */
const cache = new Map<string, readonly Field[]>();

export function parseFields(text: string): readonly Field[] {
  const known = cache.get(text);
  if (known !== undefined) return known;
  const parsed = new FieldsParser(text).parse();
  if (cache.size >= 500) cache.clear();
  if (text.length < 4000) cache.set(text, parsed);
  return parsed;
}

/** How many fields are expanded, at whatever depth: those with fields or modifiers of their own. */
export function expansionsIn(fields: readonly Field[] | undefined): number {
  return (fields ?? []).reduce(
    (sum, { children, modifiers }) =>
      sum + expansionsIn(children) + (children !== undefined || modifiers.size > 0 ? 1 : 0),
    0,
  );
}

class FieldsParser {
  private at = 0;

  constructor(private readonly text: string) {}

  parse(): readonly Field[] {
    this.skipSpace();
    if (this.at === this.text.length) return [];
    const fields = this.list(1);
    if (this.at < this.text.length) {
      throw syntaxError(`Expected end of string instead of "${this.text[this.at]}".`);
    }
    return fields;
  }

  private list(depth: number): readonly Field[] {
    if (depth > MAX_DEPTH) throw syntaxError('Field expansion is nested too deeply.');
    const fields: Field[] = [];
    const seen = new Set<string>();
    for (;;) {
      const field = this.field(depth);
      // Seen live: a name asked twice is refused with 2500, not merged.
      if (seen.has(field.name))
        throw syntaxError(`Field ${field.name} specified more than once. This is only possible before version 2.1`);
      seen.add(field.name);
      fields.push(field);
      this.skipSpace();
      if (this.text[this.at] !== ',') return fields;
      this.at += 1;
    }
  }

  private field(depth: number): Field {
    const name = this.name();
    const modifiers = new Map<string, string>();
    while (this.text[this.at] === '.') {
      this.at += 1;
      const modifier = this.name();
      modifiers.set(modifier, this.argument());
    }
    this.skipSpace();
    if (this.text[this.at] !== '{') return { name, modifiers, children: undefined };
    this.at += 1;
    const children = this.list(depth + 1);
    this.skipSpace();
    this.expect('}');
    return { name, modifiers, children };
  }

  private name(): string {
    this.skipSpace();
    const start = this.at;
    while (this.at < this.text.length && NAME.test(this.text.charAt(this.at))) this.at += 1;
    if (this.at === start) {
      const found = this.text[this.at];
      throw syntaxError(found === undefined ? 'Unexpected end of string.' : `Expected name instead of "${found}".`);
    }
    return this.text.slice(start, this.at);
  }

  private argument(): string {
    this.expect('(');
    const start = this.at;
    let open = 1;
    while (this.at < this.text.length) {
      const char = this.text[this.at];
      if (char === '(') open += 1;
      if (char === ')') open -= 1;
      this.at += 1;
      if (open === 0) return this.text.slice(start, this.at - 1);
    }
    throw syntaxError('Unexpected end of string.');
  }

  private expect(char: string): void {
    const found = this.text[this.at];
    if (found !== char) {
      throw syntaxError(
        found === undefined ? 'Unexpected end of string.' : `Expected "${char}" instead of "${found}".`,
      );
    }
    this.at += 1;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at += 1;
  }
}
