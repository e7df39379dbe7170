/** Who reads a post, and which of its numbers they may see (docs/providers/x.md §3.4). */
import { privateFor } from '../content/metrics.js';
import type { Post } from '../content/post.js';

export interface Reader {
  /** Absent for the app's own bearer. */
  person?: string;
  now: number;
}

export const mayShowPrivate = (post: Post, reader: Reader): boolean =>
  post.author === reader.person && post.kind !== 'repost' && reader.now - post.createdAt <= privateFor;
