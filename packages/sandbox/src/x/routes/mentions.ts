/** The posts that mention a person, by all authors. */
import type { World } from '../../core/world.js';
import { findXPerson, type XPerson } from '../people/people.js';
import type { Post } from '../content/post.js';
import { mayRead, type Posts } from '../content/posts.js';
import { highestId, padId } from '../people/ids.js';
import type { PostSource } from './timeline.js';

/** The list goes back 800 posts and no further. */
const deepestMention = 800;

export function mentionsOf(
  world: World,
  posts: Posts,
  person: XPerson,
  reader: string | undefined,
  indexedBy: number,
): PostSource {
  const found = [...newest(world, posts, person, reader, indexedBy)];
  return {
    older: (id) => found.filter((post) => padId(post.id) < padId(id)),
    newer: (id) => found.filter((post) => padId(post.id) > padId(id)).toReversed(),
  };
}

/** Every author's own list, merged: of the posts that come next in each, the newest is the next of all. */
function* newest(
  world: World,
  posts: Posts,
  person: XPerson,
  reader: string | undefined,
  indexedBy: number,
): Generator<Post> {
  const heads: { post: Post; rest: Iterator<Post> }[] = [];
  for (const { id } of world.people.list('x', -1)) {
    const author = authorOf(world, id, reader);
    const rest = author && mentioning(person, posts.older(author, highestId, indexedBy));
    const first = rest?.next();
    if (rest && first?.done === false) heads.push({ post: first.value, rest });
  }
  for (let count = 0; heads.length > 0 && count < deepestMention; count += 1) {
    const head = heads.reduce((best, one) => (padId(one.post.id) > padId(best.post.id) ? one : best));
    yield head.post;
    const next = head.rest.next();
    if (next.done === true) heads.splice(heads.indexOf(head), 1);
    else head.post = next.value;
  }
}

/** undefined: the reader does not see this author's posts. */
function authorOf(world: World, id: string, reader: string | undefined): XPerson | undefined {
  const author = findXPerson(world, id);
  return author?.profile.status !== 'deactivated' && mayRead(world, id, reader) ? author : undefined;
}

function* mentioning(person: XPerson, posts: Iterable<Post>): Generator<Post> {
  const name = person.profile.username.toLowerCase();
  for (const post of posts) {
    const named = post.entities.mentions.some(({ username }) => username.toLowerCase() === name);
    // A reply mentions the person it answers, whether or not the text names them; a reply to oneself is no mention.
    if (named || (post.kind === 'reply' && post.ref?.author === person.id && post.author !== person.id)) yield post;
  }
}
