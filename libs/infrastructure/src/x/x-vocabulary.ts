/**
 * Chooses between X's two vocabularies: posts (`post.fields`) and, still accepted, tweets (`tweet.fields`).
 * docs/providers/x.md, "Two vocabularies".
 */
import type { Fields } from '@infrastructure/http/http-call.js';

export interface Vocabulary {
  /** Always exactly one fields parameter: X answers in the vocabulary of the parameter sent. */
  readonly timeline: Fields;
  readonly figures: Fields;
}

const POSTS: Vocabulary = {
  timeline: { 'post.fields': 'id,text,created_at,note_post,public_metrics', expansions: 'referenced_posts' },
  figures: { 'post.fields': 'id,non_public_metrics' },
};

const TWEETS: Vocabulary = {
  timeline: { 'tweet.fields': 'id,text,created_at,author_id,referenced_tweets,note_tweet,public_metrics' },
  figures: { 'tweet.fields': 'id,non_public_metrics' },
};

/**
 * The vocabulary that X accepted on each route: X may refuse one on one route and accept it on another. A route that has
 * not answered yet is asked in the one that was accepted last, at first that of its specification.
 */
export class Vocabularies {
  private readonly understood = new Map<string, Vocabulary>();
  private last = POSTS;

  on(route: string): Vocabulary {
    return this.understood.get(route) ?? this.last;
  }

  other(than: Vocabulary): Vocabulary {
    return than === POSTS ? TWEETS : POSTS;
  }

  remember(route: string, vocabulary: Vocabulary): void {
    this.understood.set(route, vocabulary);
    this.last = vocabulary;
  }
}
