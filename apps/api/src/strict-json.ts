/** Checks JSON before it is parsed: every key may occur once, since `JSON.parse` keeps the last of two without an error. */
import { visit } from 'jsonc-parser';

export class JsonRefused extends Error {
  /** @param problem about the whole text, or about `field` */
  constructor(
    readonly problem: string,
    readonly field: string | null = null,
  ) {
    super(field === null ? problem : `${field}: ${problem}`);
  }
}

export interface JsonBounds {
  /** Objects and lists within each other. */
  readonly depth: number;
  /** Of all objects together. */
  readonly keys: number;
}

/**
 * Leaves the syntax to `JSON.parse`, and ends at the first bound that is exceeded, so that its own cost is bounded.
 *
 * @throws JsonRefused
 */
export function checkJson(text: string, bounds: JsonBounds): void {
  const open: (Set<string> | null)[] = [];
  let keys = 0;
  const enter = (names: Set<string> | null): void => {
    open.push(names);
    if (open.length > bounds.depth) throw new JsonRefused(`has to be nested at most ${bounds.depth} deep`);
  };
  const leave = (): void => void open.pop();
  visit(
    text,
    {
      onObjectBegin: () => enter(new Set()),
      onObjectEnd: leave,
      onArrayBegin: () => enter(null),
      onArrayEnd: leave,
      onObjectProperty: (name) => {
        const names = open.at(-1);
        if (names?.has(name)) throw new JsonRefused('occurs twice', name.slice(0, 100));
        names?.add(name);
        keys += 1;
        if (keys > bounds.keys) throw new JsonRefused(`has to hold at most ${bounds.keys} fields`);
      },
    },
    { disallowComments: true },
  );
}
