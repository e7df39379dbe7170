/** One post as the sandbox knows it, wherever it came from. */
import type { Entities } from './text.js';

export interface PostMedia {
  key: string;
  type: 'photo' | 'video' | 'animated_gif';
  url: string;
  width: number;
  height: number;
  durationMs?: number;
  alt?: string;
}

export interface Post {
  id: string;
  author: string;
  createdAt: number;
  /** As X shows it: short links, escaped signs, at most 280 for a long post. */
  text: string;
  /** The whole text of a long post. */
  longText?: string;
  entities: Entities;
  kind: 'post' | 'reply' | 'quote' | 'repost';
  /** The post replied to, quoted or reposted. */
  ref?: { id: string; author: string };
  conversation: string;
  media: PostMedia[];
  replySettings: string;
  /** Ids of its versions, oldest first. */
  versions: string[];
  lang: string;
  promoted: boolean;
  poll?: { id: string; options: string[]; minutes: number };
  /** The position of a seeded post. */
  index?: number;
  /** Decides how popular it becomes. */
  seed: number;
  /** Set by control events: counts multiplied, or fixed. */
  factor?: number;
  fixed?: Record<string, number>;
}
