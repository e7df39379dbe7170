/** Holds a call to the X API against X's OpenAPI documents, one for each vocabulary, and against the clients on npm. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { X_OAUTH } from './beyond.js';
import type { Call } from './judge-meta.js';
import { listOf } from './list-of.js';

type List = Readonly<{ paths: Readonly<Record<string, string>>; values: Readonly<Record<string, string>> }>;

const tweets = listOf<List>('x-2.166');
const posts = listOf<List>('x-2.167');

const require = createRequire(import.meta.url);
const declarations = (name: string, file: string): string =>
  readFileSync(join(dirname(require.resolve(name)), file), 'utf8');

/** X's own client speaks of posts, the other one of tweets. */
const CLIENTS = {
  posts: declarations('@xdevplatform/xdk', 'index.d.ts'),
  tweets: ['tweet.v2.types', 'tweet.definition.v2', 'user.v2.types']
    .map((part) => declarations('twitter-api-v2', `../esm/types/v2/${part}.d.ts`))
    .join('\n'),
};

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');

export function complaintsAboutX({ method, path, query, body }: Call): readonly string[] {
  const oauth = X_OAUTH[`${method} ${path}`];
  const given = { ...query, ...body };
  if (oauth !== undefined) return unknown(path, Object.keys(given), words(oauth));
  // A word of the older vocabulary makes it a call in the older vocabulary: the two are not mixed.
  const old = Object.keys(given).includes('tweet.fields');
  const list: List = old ? tweets : posts;
  const template = Object.keys(list.paths)
    .toSorted((a, b) => a.split('{').length - b.split('{').length)
    .find((one) => new RegExp(`^${one.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path));
  if (template === undefined || method !== 'GET') return [`${method} ${path} is no path`];
  const parameters = words(list.paths[template] ?? '');
  const complaints = [
    ...unknown(
      path,
      Object.keys(given),
      parameters.map((one) => one.split(':')[0] ?? ''),
    ),
  ];
  for (const [name, value] of Object.entries(given)) {
    const key = parameters.find((one) => one.startsWith(`${name}:`))?.split(':')[1];
    if (key === undefined) continue;
    for (const word of value.split(',')) {
      if (!words(list.values[key] ?? '').includes(word)) complaints.push(`${name} has no value ${word}`);
      const client = CLIENTS[old ? 'tweets' : 'posts'];
      if (!new RegExp(`["'\\s]${word}["'?]?\\s*[:|>]`).test(client))
        complaints.push(`no client knows ${word} in ${name}`);
    }
  }
  return complaints;
}

function unknown(path: string, given: readonly string[], allowed: readonly string[]): readonly string[] {
  return given.filter((name) => !allowed.includes(name)).map((name) => `${path} takes no parameter ${name}`);
}
