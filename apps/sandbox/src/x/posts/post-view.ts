/** Posts as X answers them: only the fields asked for, in the vocabulary they were asked in, with includes and the per-field errors of private metrics. */
import type { World } from '../../core/world.js';
import { problemUrl } from '../errors.js';
import { findByUsername, findXPerson } from '../people.js';
import { showUser } from '../users.js';
import type { Fields } from './fields.js';
import { countsOf, nonPublicMetrics, organicMetrics, privateFor, promotedMetrics, publicMetrics } from './metrics.js';
import { showMedia } from './media-view.js';
import type { Post } from './post.js';
import type { Posts } from './posts.js';
import { codePoints } from './text.js';

export interface Reader {
  /** Absent for the app's own bearer. */
  person?: string;
  now: number;
}

export interface Shown {
  data: Record<string, unknown>[];
  includes?: Record<string, unknown[]>;
  errors: Record<string, unknown>[];
}

export const privateGroups = ['non_public_metrics', 'organic_metrics', 'promoted_metrics'] as const;

export const mayShowPrivate = (post: Post, reader: Reader): boolean =>
  post.author === reader.person && post.kind !== 'repost' && reader.now - post.createdAt <= privateFor;

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
    const wants = (field: string): boolean => fields.post.has(field);
    const expands = (name: string): boolean => fields.expansions.has(name);
    const counts = countsOf(post, reader.now);
    const view: Record<string, unknown> = {
      id: post.id,
      text: post.text,
      [modern ? 'edit_history_post_ids' : 'edit_history_tweet_ids']: post.versions,
    };
    const put = (field: string, value: unknown, also = false): void => {
      if ((wants(field) || also) && value !== undefined) view[field] = value;
    };
    put('created_at', new Date(post.createdAt).toISOString());
    put('author_id', post.author, expands('author_id'));
    put('username', findXPerson(this.world, post.author)?.profile.username);
    put('conversation_id', post.conversation);
    put('in_reply_to_user_id', post.kind === 'reply' ? post.ref?.author : undefined, expands('in_reply_to_user_id'));
    put('lang', post.lang);
    put('possibly_sensitive', false);
    put('reply_settings', post.replySettings);
    put('rest_id', post.id);
    put('paid_partnership', false);
    put('source', 'Social Connections');
    put('display_text_range', [0, codePoints(post.text)]);
    put('entities', shownEntities(post), expands('entities.mentions.username'));
    put('attachments', attachments(post), expands('attachments.media_keys') || expands('attachments.poll_ids'));
    put(
      modern ? 'referenced_posts' : 'referenced_tweets',
      this.references(post, modern, reader),
      [...fields.expansions].some((name) => name.startsWith('referenced_')),
    );
    put(modern ? 'note_post' : 'note_tweet', post.longText === undefined ? undefined : { text: post.longText });
    put('edit_controls', {
      edits_remaining: 6 - post.versions.length,
      is_edit_eligible: post.kind === 'post' && post.poll === undefined,
      editable_until: new Date(post.createdAt + 1_800_000).toISOString(),
    });
    put('public_metrics', publicMetrics(counts, modern));
    const own: Record<(typeof privateGroups)[number], Record<string, number>> = {
      non_public_metrics: nonPublicMetrics(counts),
      organic_metrics: organicMetrics(counts, modern),
      promoted_metrics: promotedMetrics(modern),
    };
    for (const group of privateGroups) {
      if (!wants(group)) continue;
      if (mayShowPrivate(post, reader) && (group !== 'promoted_metrics' || post.promoted)) view[group] = own[group];
      else
        for (const name of Object.keys(own[group]))
          errors.push(this.withheld(post.id, `${group}.${name}`, parameter, reader));
    }
    return view;
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

  private references(post: Post, modern: boolean, reader: Reader): { type: string; id: string }[] | undefined {
    if (!post.ref) return undefined;
    const types = {
      post: '',
      reply: 'replied_to',
      quote: 'quoted',
      repost: modern ? this.world.switches.get('x.reposted_type', reader.person) : 'retweeted',
    };
    return [{ type: types[post.kind], id: post.ref.id }];
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
              },
            ]
          : [],
      );
      if (polls.length > 0) includes['polls'] = polls;
    }
    return includes;
  }
}

function attachments(post: Post): Record<string, string[]> | undefined {
  const keys = post.media.map((media) => media.key);
  if (keys.length === 0 && !post.poll) return undefined;
  return { ...(keys.length > 0 ? { media_keys: keys } : {}), ...(post.poll ? { poll_ids: [post.poll.id] } : {}) };
}

/** Only the kinds that occur; without any, the field is absent. */
function shownEntities(post: Post): Record<string, unknown> | undefined {
  const found = Object.entries(post.entities).filter(([, list]) => list.length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}
