/** Posts as X answers them: only the fields asked for, in the vocabulary they were asked in, with includes and the per-field errors of private metrics. */
import type { World } from '../../core/world.js';
import { problemUrl } from '../contract/errors.js';
import { findByUsername, findXPerson } from '../people/people.js';
import { showUser } from './user-view.js';
import type { Fields } from './fields.js';
import { countsOf, metricsOf, type Counts } from '../content/metrics.js';
import { showMedia } from './media-view.js';
import { PRIVATE_GROUPS, type PrivateGroup } from '../contract/metrics.js';
import { mayShowPrivate, type Reader } from './reader.js';
import { postFields, type FieldContext } from './post-fields.js';
import type { Post } from '../content/post.js';
import type { Posts } from '../content/posts.js';

export interface Shown {
  data: Record<string, unknown>[];
  includes?: Record<string, unknown[]>;
  errors: Record<string, unknown>[];
}

/** Beyond id and options a poll shows what `poll.fields` asks for. */
function pollFields(post: Post, minutes: number, fields: ReadonlySet<string>, now: number): Record<string, unknown> {
  const end = post.createdAt + minutes * 60_000;
  return {
    ...(fields.has('duration_minutes') && { duration_minutes: minutes }),
    ...(fields.has('end_datetime') && { end_datetime: new Date(end).toISOString() }),
    ...(fields.has('voting_status') && { voting_status: now < end ? 'open' : 'closed' }),
  };
}

export class PostView {
  constructor(
    private readonly world: World,
    private readonly posts: Posts,
  ) {}

  /** `parameter` names where the ids came from, for the errors: `ids` or `id`. */
  show(posts: readonly Post[], fields: Fields, reader: Reader, parameter: string): Shown {
    const errors: Record<string, unknown>[] = [];
    const data = posts.map((post) => this.one(post, fields, reader, parameter, errors));
    const includes = this.includes(posts, fields, reader);
    return { data, errors, ...(Object.keys(includes).length > 0 ? { includes } : {}) };
  }

  private one(
    post: Post,
    fields: Fields,
    reader: Reader,
    parameter: string,
    errors: Record<string, unknown>[],
  ): Record<string, unknown> {
    const { modern } = fields;
    const history = modern ? 'edit_history_post_ids' : 'edit_history_tweet_ids';
    const view: Record<string, unknown> = { id: post.id, text: post.text, [history]: post.versions };
    const context = { world: this.world, post, reader, modern, counts: () => this.counts(post, reader) };
    for (const name of fields.shown) {
      const value = postFields[name]?.(context);
      if (value !== undefined) view[name] = value;
    }
    for (const group of PRIVATE_GROUPS)
      if (fields.post.has(group)) this.putPrivate(view, group, context, parameter, errors);
    return view;
  }

  /** A repost counts the reposts of its original, unless the switch gives it a number of its own (docs/providers/x.md §3.4). */
  private counts(post: Post, reader: Reader): Counts {
    const own = countsOf(post, reader.now);
    if (post.kind !== 'repost' || this.world.switches.get('x.repost_count', reader.person) === 'own') return own;
    const original = post.ref && this.posts.find(post.ref.id);
    if (!original) return own;
    return { ...own, repost_count: countsOf(original, reader.now).repost_count, ...post.fixed };
  }

  private putPrivate(
    view: Record<string, unknown>,
    group: PrivateGroup,
    { post, reader, modern, counts: count }: FieldContext,
    parameter: string,
    errors: Record<string, unknown>[],
  ): void {
    const counts = count();
    const metrics = metricsOf(group, counts, modern);
    if (mayShowPrivate(post, reader) && (group !== 'promoted_metrics' || post.promoted)) view[group] = metrics;
    else
      for (const name of Object.keys(metrics))
        errors.push(this.withheld(post.id, `${group}.${name}`, parameter, reader));
  }

  /** One entry per sub-field: X says nothing of the group as a whole (docs/providers/x.md §3.4). */
  private withheld(id: string, field: string, parameter: string, reader: Reader): Record<string, unknown> {
    return {
      resource_type: 'tweet',
      resource_id: id,
      parameter,
      value: id,
      field,
      section: 'data',
      title: 'Field Authorization Error',
      detail: `Sorry, you are not authorized to access '${field}' on the Tweet with ${parameter} : [${id}].`,
      type: problemUrl(this.world.switches.get('x.field_error_tail', reader.person)),
    };
  }

  private includes(posts: readonly Post[], fields: Fields, reader: Reader): Record<string, unknown[]> {
    const { expansions, modern } = fields;
    const has = (...names: string[]): boolean => names.some((name) => expansions.has(name));
    const includes: Record<string, unknown[]> = {};
    const referenced = has(
      'referenced_tweets.id',
      'referenced_posts.id',
      'referenced_posts',
      'referenced_tweets',
      'referenced_tweets.id.author_id',
      'referenced_posts.id.author_id',
    )
      ? posts.flatMap((post) => (post.ref ? [this.posts.find(post.ref.id)] : [])).filter((post) => post !== undefined)
      : [];
    const users = new Set<string>();
    if (has('author_id', 'author_screen_name')) posts.forEach((post) => users.add(post.author));
    if (has('in_reply_to_user_id'))
      posts.forEach((post) => post.kind === 'reply' && post.ref && users.add(post.ref.author));
    if (has('referenced_tweets.id.author_id', 'referenced_posts.id.author_id'))
      referenced.forEach((post) => users.add(post.author));
    if (has('entities.mentions.username')) {
      for (const { username } of posts.flatMap((post) => post.entities.mentions)) {
        const mentioned = findByUsername(this.world, username);
        if (mentioned) users.add(mentioned.id);
      }
    }
    const people = [...users].map((id) => findXPerson(this.world, id)).filter((person) => person !== undefined);
    if (people.length > 0)
      includes['users'] = people.map((person) => showUser(this.world, this.posts, person, fields.user, reader.person));
    if (referenced.length > 0) {
      const distinct = [...new Map(referenced.map((post) => [post.id, post])).values()];
      includes[modern ? 'posts' : 'tweets'] = distinct.map((post) => this.one(post, fields, reader, 'id', []));
    }
    const withMedia = has('attachments.media_keys') ? [...posts] : [];
    if (has('referenced_tweets.id.attachments.media_keys', 'referenced_posts.id.attachments.media_keys'))
      withMedia.push(...referenced);
    const media = withMedia.flatMap((post) => post.media.map((item) => showMedia(post, item, fields.media, reader)));
    if (media.length > 0) includes['media'] = media;
    if (has('attachments.poll_ids')) {
      const polls = posts.flatMap((post) =>
        post.poll
          ? [
              {
                id: post.poll.id,
                options: post.poll.options.map((label, at) => ({ position: at + 1, label, votes: 0 })),
                ...pollFields(post, post.poll.minutes, fields.poll, reader.now),
              },
            ]
          : [],
      );
      if (polls.length > 0) includes['polls'] = polls;
    }
    return includes;
  }
}
