/** Reads the query parameters of X's reading routes, and which of the two vocabularies an answer speaks (docs/providers/x.md §0, §3.2). */
import type { World } from '../../core/world.js';
import { badParameter, invalidRequest } from '../contract/errors.js';
import { accepted } from '../contract/parameters.js';
import { impliedBy } from './post-fields.js';

export interface Fields {
  /** True when the request spoke the new vocabulary, and so does the answer. */
  modern: boolean;
  post: Set<string>;
  /** Those asked for and those that the expansions bring along. */
  shown: string[];
  user: Set<string>;
  media: Set<string>;
  poll: Set<string>;
  expansions: Set<string>;
}

export type Query = Record<string, string>;

/** The query as plain text values. A parameter given twice is refused, as by the real gateway. */
export function queryOf(source: unknown): Query {
  const query: Query = {};
  for (const [name, value] of Object.entries((source ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(value))
      throw invalidRequest([
        { parameters: { [name]: value.map(String) }, message: `Duplicate query parameter [${name}]` },
      ]);
    query[name] = String(value);
  }
  return query;
}

const split = (text: string | undefined): string[] =>
  text === undefined || text === '' ? [] : text.split(',').map((value) => value.trim());

/** Reads the fields parameters; an unknown value is answered with the list of all that would do. */
export function readFields(query: Query, allowed: Record<string, readonly string[]> = accepted): Fields {
  for (const [name, values] of Object.entries(allowed)) {
    const unknown = split(query[name]).filter((value) => !values.includes(value));
    if (unknown.length > 0) {
      throw invalidRequest(
        unknown.map((value) => ({
          parameters: { [name]: [query[name] ?? ''] },
          message: `The \`${name}\` query parameter value [${value}] is not one of [${values.join(',')}]`,
        })),
      );
    }
  }
  const modern = query['post.fields'] !== undefined;
  const post = new Set(split(query[modern ? 'post.fields' : 'tweet.fields']));
  const expansions = new Set(split(query['expansions']));
  return {
    modern,
    post,
    shown: [...new Set([...post, ...impliedBy(expansions, modern)])],
    user: new Set(split(query['user.fields'])),
    media: new Set(split(query['media.fields'])),
    poll: new Set(split(query['poll.fields'])),
    expansions,
  };
}

/** What an unknown parameter name does is unconfirmed: ignored, or refused where the switch says so. */
export function refuseUnknown(
  world: World,
  query: Query,
  known: readonly string[],
  personId: string | undefined,
): void {
  if (world.switches.get('x.unknown_parameters', personId) === 'ignore') return;
  for (const name of Object.keys(query)) {
    if (!known.includes(name)) {
      throw invalidRequest([
        {
          parameters: { [name]: [query[name] ?? ''] },
          message: `The query parameter [${name}] is not one of [${known.join(',')}]`,
        },
      ]);
    }
  }
}

export function readIds(query: Query, name: string, pattern: RegExp): string[] {
  const ids = split(query[name]);
  if (ids.length === 0)
    throw invalidRequest([{ parameters: { [name]: [] }, message: `The \`${name}\` query parameter can not be empty` }]);
  if (ids.length > 100) {
    throw invalidRequest([
      {
        parameters: { [name]: ids },
        message: `The number of values in the \`${name}\` query parameter list [${ids.length}] is not between 1 and 100`,
      },
    ]);
  }
  const bad = ids.find((id) => !pattern.test(id));
  if (bad !== undefined) throw badParameter(name, bad, 'is not valid');
  return [...new Set(ids)];
}

export function readNumber(query: Query, name: string, least: number, most: number, otherwise: number): number {
  const text = query[name];
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^-?\d+$/.test(text)) throw badParameter(name, text, 'is not a valid integer');
  if (value < least || value > most) throw badParameter(name, text, `is not between ${least} and ${most}`);
  return value;
}
