/** Text as X keeps it: links become t.co, `& < >` are escaped, entities are found, and length is weighed (docs/providers/x.md §4.5). */
import { mix, seedOf } from '../../core/random.js';

export interface UrlEntity {
  start: number;
  end: number;
  url: string;
  expanded_url: string;
  display_url: string;
  media_key?: string;
}

export interface Span {
  start: number;
  end: number;
}

export interface Entities {
  urls: UrlEntity[];
  hashtags: (Span & { tag: string })[];
  mentions: (Span & { username: string })[];
  cashtags: (Span & { tag: string })[];
}

// A link is what begins with http(s)://, or a bare host under a common ending; X knows every ending there is.
const link =
  /https?:\/\/[^\s<>"]+|(?<![\w@.$#/-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|co|dev|test|example|pt|uk|de|eu|info|app|shop)(?:\/[^\s<>"]*)?(?![\w-])/giu;
const trailing = /[.,;:!?'")\]}]+$/;

const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A t.co address that follows from what it stands for, so that seeded posts need no table of links. */
export function shorten(target: string, salt: string): string {
  const seed = seedOf(`${salt} ${target}`);
  let path = '';
  for (let i = 0; i < 10; i++) path += alphabet[mix(seed, i) % alphabet.length] ?? 'a';
  return `https://t.co/${path}`;
}

export const escapeText = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

export function findLinks(text: string): { start: number; end: number; url: string }[] {
  // Most texts have none, and the pattern is dear.
  if (!/\.\p{L}|:\/\//iu.test(text)) return [];
  return [...text.matchAll(link)].map((match) => {
    const url = match[0].replace(trailing, '');
    return { start: match.index, end: match.index + url.length, url };
  });
}

export const codePoints = (text: string): number => Array.from(text).length;

const display = (url: string): string => {
  const bare = url.replace(/^https?:\/\/(www\.)?/, '');
  return bare.length > 30 ? `${bare.slice(0, 29)}…` : bare;
};

/** Links replaced, signs escaped, entities located by code point in the text that results. */
export function publishText(raw: string, salt: string): { text: string; entities: Entities } {
  let text = '';
  let from = 0;
  const urls: UrlEntity[] = [];
  for (const { start, end, url } of findLinks(raw)) {
    text += escapeText(raw.slice(from, start));
    const short = shorten(url, salt);
    const at = codePoints(text);
    const expanded = /^https?:/i.test(url) ? url : `http://${url}`;
    urls.push({ start: at, end: at + short.length, url: short, expanded_url: expanded, display_url: display(url) });
    text += short;
    from = end;
  }
  text += escapeText(raw.slice(from));
  return { text, entities: { urls, ...tags(text) } };
}

/** A repost's text: the original's behind its author's name, short links and all. */
export function repeatText(
  author: string,
  original: { text: string; entities: Entities },
): { text: string; entities: Entities } {
  const head = `RT @${author}: `;
  const text = head + original.text;
  const by = codePoints(head);
  const urls = original.entities.urls.map((url) => ({ ...url, start: url.start + by, end: url.end + by }));
  return { text, entities: { urls, ...tags(text) } };
}

function tags(text: string): Omit<Entities, 'urls'> {
  const spans = <T>(sign: string, pattern: RegExp, make: (name: string) => T): (T & Span)[] => {
    if (!text.includes(sign)) return [];
    return [...text.matchAll(pattern)].map((match) => {
      const start = codePoints(text.slice(0, match.index));
      return { start, end: start + codePoints(match[0]), ...make(match[0].slice(1)) };
    });
  };
  return {
    hashtags: spans('#', /(?<![\w&/])#[\p{L}_][\p{L}\p{N}_]*/gu, (tag) => ({ tag })),
    mentions: spans('@', /(?<![\w@])@[A-Za-z0-9_]{1,15}(?!\w)/g, (username) => ({ username })),
    cashtags: spans('$', /(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)/g, (tag) => ({ tag })),
  };
}

/** Appends the link that stands for attached media, which every text with media ends with. */
export function attachMediaLink(
  published: { text: string; entities: Entities },
  permalink: string,
  mediaKey: string,
): void {
  const short = shorten(permalink, mediaKey);
  const start = published.text === '' ? 0 : codePoints(published.text) + 1;
  published.text = published.text === '' ? short : `${published.text} ${short}`;
  const entity = {
    start,
    end: start + short.length,
    url: short,
    expanded_url: permalink,
    display_url: 'pic.x.com/' + short.slice(-10),
    media_key: mediaKey,
  };
  published.entities.urls.push(entity);
}

const light = (point: number): boolean =>
  point <= 4351 ||
  (point >= 8192 && point <= 8205) ||
  (point >= 8208 && point <= 8223) ||
  (point >= 8242 && point <= 8247);

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const emoji = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

/** What a text is weighed by: links whole, the rest sign by sign. */
function* pieces(raw: string): Generator<{ piece: string; weight: number }> {
  const text = raw.normalize('NFC');
  function* signs(part: string): ReturnType<typeof pieces> {
    for (const { segment } of graphemes.segment(part)) {
      if (emoji.test(segment)) yield { piece: segment, weight: 2 };
      else for (const sign of segment) yield { piece: sign, weight: light(sign.codePointAt(0) ?? 0) ? 1 : 2 };
    }
  }
  let from = 0;
  for (const { start, end, url } of findLinks(text)) {
    yield* signs(text.slice(from, start));
    yield { piece: url, weight: 23 };
    from = end;
  }
  yield* signs(text.slice(from));
}

/** twitter-text v3: most letters weigh 1, others 2, a link 23, an emoji 2 however many code points it is made of. */
export function weightedLength(raw: string): number {
  let sum = 0;
  for (const { weight } of pieces(raw)) sum += weight;
  return sum;
}

/** The beginning of a text and a "…" that together weigh no more than `most`. No link or emoji is torn. */
export function cutByWeight(raw: string, most: number): string {
  let room = most - weightedLength('…');
  let text = '';
  for (const { piece, weight } of pieces(raw)) {
    room -= weight;
    if (room < 0) break;
    text += piece;
  }
  return `${text}…`;
}
