// docs/promises.md against the titles of all tests: nothing is promised that no test shows, and no test speaks of a promise that nobody made.
import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Promised {
  readonly id: string;
  readonly kept: boolean;
  /** Folders under `test/`. */
  readonly shownIn: readonly string[];
}

const TEST = join(process.cwd(), 'test');
const ID = /\b(?:OA|CR|RF|DS|WH|LM|AZ|IN|OB|SY|PB)-\d\d\b/g;
/** Whatever is quoted on one line: a title may stand in a table that a test is made from. */
const QUOTED = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`([^`]*)`/g;
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

function promises(): Promised[] {
  const rows = readFileSync('docs/promises.md', 'utf8').matchAll(
    /^\| ([A-Z]{2}-\d\d) \| .+ \| (yes|later) \| ?(.*?) ?\|$/gm,
  );
  return Array.from(rows, ([, id, kept, folders]) => ({
    id: id!,
    kept: kept === 'yes',
    shownIn: Array.from(folders!.matchAll(/`([^`]+)`/g), ([, folder]) => folder!),
  }));
}

/** Titles by file, as `application/notices.spec.ts`. Helpers count: a title may stand where several files get it from. */
function titles(): Map<string, string[]> {
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return new Map(files.map((file) => [file, titlesIn(readFileSync(join(TEST, file), 'utf8'))]));
}

function titlesIn(text: string): string[] {
  return Array.from(
    text.replaceAll(COMMENTS, '').matchAll(QUOTED),
    ([, single, double, template]) => single ?? double ?? template ?? '',
  );
}

/** Files by the ids that their titles name. */
function named(files: Map<string, string[]>): Map<string, Set<string>> {
  const byId = new Map<string, Set<string>>();
  for (const [file, found] of files)
    for (const id of found.flatMap((title) => title.match(ID) ?? []))
      byId.set(id, (byId.get(id) ?? new Set()).add(file));
  return byId;
}

describe('docs/promises.md', () => {
  const promised = promises();
  const shown = named(titles());

  it('lists each promise once', () => {
    expect(promised.length).toBeGreaterThan(80);
    expect(new Set(promised.map(({ id }) => id)).size).toBe(promised.length);
  });

  it('promises nothing as kept that no title shows, in each of the folders that it names', () => {
    const empty = promised
      .filter(({ kept }) => kept)
      .flatMap(({ id, shownIn }) =>
        (shownIn.length === 0 ? ['nowhere'] : shownIn)
          .filter((folder) => ![...(shown.get(id) ?? [])].some((file) => file.startsWith(folder)))
          .map((folder) => `${id} in ${folder}`),
      );
    expect(empty).toEqual([]);
  });

  it('knows every promise that a title speaks of', () => {
    const known = new Set(promised.map(({ id }) => id));
    expect(
      [...shown].filter(([id]) => !known.has(id)).map(([id, files]) => `${id} in ${[...files].join(', ')}`),
    ).toEqual([]);
  });
});

it('A title is found in whatever way it is written, and a comment is none', () => {
  const lines = [
    "it('a RF-01', f);",
    'it.each([',
    "  ['b', 1],",
    '])("c", f); // said of ("RF-99")',
    "/* 'no' */ test(`d`)",
  ];
  expect(titlesIn(lines.join('\n'))).toEqual(['a RF-01', 'b', 'c', 'd']);
});
