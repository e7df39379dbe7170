/** One page of a person's timeline or mentions: windows, cursors, exclusions (docs/providers/x.md §3.2). */
import type { FastifyRequest } from 'fastify';
import { mix, seedOf } from '../../core/random.js';
import { asRecord, asText } from '../../core/values.js';
import type { World } from '../../core/world.js';
import { badParameter, invalidRequest } from '../contract/errors.js';
import { findXPerson, type XPerson } from '../people/people.js';
import { readNumber, type Fields, type Query } from '../views/fields.js';
import { PRIVATE_GROUPS } from '../contract/metrics.js';
import { mayShowPrivate, type Reader } from '../views/reader.js';
import type { Post } from '../content/post.js';
import { deepest, type Posts } from '../content/posts.js';
import { firstIdAt, highestId, idPattern, padId } from '../people/ids.js';

export interface TimelinePage {
  posts: Post[];
  nextToken?: string;
  previousToken?: string;
}

function readId(query: Query, name: string): string | undefined {
  const id = query[name];
  if (id !== undefined && !idPattern.test(id)) throw badParameter(name, id, 'is not valid');
  return id;
}

function readTime(query: Query, name: string): number | undefined {
  const text = query[name];
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(text) || Number.isNaN(time))
    throw badParameter(name, text, 'is not a valid RFC3339 date time');
  if (time < Date.UTC(2010, 10, 6)) throw badParameter(name, text, 'is before 2010-11-06T00:00:00Z');
  return time;
}

/** The window as exclusive ids; ids given take precedence over times given. */
function readWindow(query: Query): { above: string; below: string } {
  const since = readId(query, 'since_id');
  const until = readId(query, 'until_id');
  if (since !== undefined && until !== undefined && BigInt(since) >= BigInt(until)) {
    throw invalidRequest([
      {
        parameters: { since_id: [since], until_id: [until] },
        message: '`since_id` must be a Tweet ID lower than `until_id`',
      },
    ]);
  }
  const start = readTime(query, 'start_time');
  const end = readTime(query, 'end_time');
  if (start !== undefined && end !== undefined && start >= end) {
    throw invalidRequest([
      {
        parameters: { start_time: [query['start_time'] ?? ''], end_time: [query['end_time'] ?? ''] },
        message: '`start_time` must be before `end_time`',
      },
    ]);
  }
  const byIds = since !== undefined || until !== undefined;
  const above = byIds ? since : start === undefined ? undefined : String(BigInt(firstIdAt(start)) - 1n);
  const below = byIds ? until : end === undefined ? undefined : firstIdAt(end);
  return { above: above ?? '0', below: below ?? highestId };
}

/** A cursor carries the id it continues from and a mark that it belongs to this person. */
function makeToken(direction: 'n' | 'p', id: string, person: XPerson): string {
  const body = `${direction}${BigInt(id).toString(36)}`;
  return `7140dib${body}z${sign(body, person)}`;
}

const sign = (body: string, person: XPerson): string => mix(seedOf(body), person.ordinal).toString(36).padStart(7, '0');

function readToken(query: Query, person: XPerson): { direction: 'n' | 'p'; id: string } | undefined {
  const token = query['pagination_token'];
  if (token === undefined) return undefined;
  const [, body, check] = /^7140dib([np][0-9a-z]+)z([0-9a-z]{7})$/.exec(token) ?? [];
  if (body === undefined || check !== sign(body, person)) throw badParameter('pagination_token', token, 'is not valid');
  const digits = Array.from(body.slice(1));
  const id = digits.reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  return { direction: body.startsWith('n') ? 'n' : 'p', id: String(id) };
}

/** What a page is cut from: the posts on either side of an id, nearest first. */
export interface PostSource {
  older(id: string): Iterable<Post>;
  newer(id: string): Iterable<Post>;
}

export function readTimeline(
  world: World,
  posts: Posts,
  person: XPerson,
  query: Query,
  fields: Fields,
  reader: Reader,
): TimelinePage {
  const exclude = (query['exclude'] ?? '').split(',').filter(Boolean);
  const unknown = exclude.find((word) => !['replies', 'retweets', 'reposts'].includes(word));
  if (unknown !== undefined) throw badParameter('exclude', unknown, 'is not one of [replies,retweets]');
  const most = exclude.includes('replies') ? deepest.withoutReplies : deepest.all;
  const page = readPage(world, person, query, reader, (indexedBy) => ({
    older: (id) => posts.older(person, id, indexedBy, most),
    newer: (id) => posts.newer(person, id, indexedBy, most),
  }));
  // Exclusions come after the page was cut: a page may be short, or empty, and still have a next one.
  const wantsPrivate = PRIVATE_GROUPS.some((group) => fields.post.has(group));
  const shown = page.posts.filter(
    (post) =>
      !(exclude.includes('replies') && post.kind === 'reply') &&
      !((exclude.includes('retweets') || exclude.includes('reposts')) && post.kind === 'repost') &&
      (!wantsPrivate || mayShowPrivate(post, reader)),
  );
  return { ...page, posts: shown };
}

export function readPage(
  world: World,
  person: XPerson,
  query: Query,
  reader: Reader,
  sourceAt: (indexedBy: number) => PostSource,
): TimelinePage {
  const limit = readNumber(query, 'max_results', 5, 100, 10);
  const { above, below } = readWindow(query);
  const cursor = readToken(query, person);
  const source = sourceAt(reader.now - (world.switches.get('x.index_lag', person.id) === '10s' ? 10_000 : 0));

  const [floor, ceiling] = [padId(above), padId(below)];
  const inside = (post: Post): boolean => padId(post.id) > floor && padId(post.id) < ceiling;
  const backwards = cursor?.direction === 'p';
  const found: Post[] = [];
  let more = false;
  for (const post of backwards ? source.newer(cursor.id) : source.older(cursor?.id ?? below)) {
    if (!inside(post)) break;
    if (found.length === limit) {
      more = true;
      break;
    }
    found.push(post);
  }
  if (backwards) found.reverse();
  const last = found.at(-1);
  const first = found[0];
  const hasNext = backwards || more;
  const hasPrevious = backwards ? more : cursor !== undefined;
  return {
    posts: found,
    ...(hasNext && last ? { nextToken: makeToken('n', last.id, person) } : {}),
    ...(hasPrevious && first ? { previousToken: makeToken('p', first.id, person) } : {}),
  };
}

/** For a fault: a next page where none follows (`endless`), or always the same one (`repeating`). */
export function distortPaging(
  world: World,
  body: Record<string, unknown>,
  mode: 'endless' | 'repeating',
  request: FastifyRequest,
): void {
  const person = findXPerson(world, asText(asRecord(request.params)['id']));
  const meta = body['meta'] as Record<string, unknown> | undefined;
  if (!person || !meta) return;
  const sent = asText(asRecord(request.query)['pagination_token']);
  if (mode === 'repeating') meta['next_token'] = sent || makeToken('n', highestId, person);
  else meta['next_token'] ??= typeof meta['oldest_id'] === 'string' ? makeToken('n', meta['oldest_id'], person) : sent;
}
