/** What happens to posts, media and containers at Meta by itself. */
import { z } from 'zod';
import { parse } from '../../core/requests.js';
import { ControlError, type Platform } from '../../core/platform.js';
import type { Meta } from '../graph/meta.js';
import { eventShape as base, objectOf, objectShape, pageOf } from './find.js';

/** Whose clock says when; without it, everybody's. */
const clock = { person: z.string().optional() };

export function contentEvents(meta: Meta): Platform['events'] {
  const object = z.strictObject({ ...base, ...objectShape });
  return {
    /** A post, reel or media disappears from lists and by id. */
    post_deleted(body) {
      const id = objectOf(meta, parse(object, body));
      meta.directory.setMark(id, 'deleted', '1');
      return { id };
    },
    /** Multiplies an object's counts from now on: 0.5 halves them, and halves them again. Counts at Meta really fall. */
    counts_changed(body) {
      const factors = z.number().min(0).max(1000).default(0.5);
      const asked = parse(z.strictObject({ ...base, ...objectShape, factor: factors }), body);
      const id = objectOf(meta, asked);
      const factor = asked.factor * Number(meta.directory.mark(id, 'factor') ?? 1);
      meta.directory.setMark(id, 'factor', String(factor));
      return { id, factor };
    },
    /** The media was posted before the account became a business: its insights answer 100/2108006 for good. */
    media_predates_business(body) {
      const id = objectOf(meta, parse(object, body));
      meta.directory.setMark(id, 'predates_business', '1');
      return { id };
    },
    /** The owner hides the likes (no `like_count`), or the media is flagged for copyright (no `media_url`). */
    media_flagged(body) {
      const flag = z.enum(['likes_hidden', 'copyright']);
      const asked = parse(z.strictObject({ ...base, ...objectShape, flag }), body);
      const id = objectOf(meta, asked);
      meta.directory.setMark(id, asked.flag, '1');
      return { id, flag: asked.flag };
    },
    /** Somebody posts on the Page by hand, not through an app. */
    post_made(body) {
      const asked = parse(
        z.strictObject({ ...base, page: z.string(), message: z.string().optional(), ...clock }),
        body,
      );
      const page = pageOf(meta, asked.page);
      const post = meta.posts.create({
        pageId: page.id,
        kind: 'text',
        message: asked.message ?? `A post by hand on ${page.name}`,
        createdAt: meta.now(asked.person),
        published: true,
        appId: '',
      });
      return { id: post.id };
    },
    /** Somebody posts a picture on Instagram by hand; it does not count for the publishing quota. */
    media_made(body) {
      const asked = parse(
        z.strictObject({ ...base, instagram: z.string(), caption: z.string().optional(), ...clock }),
        body,
      );
      const account = meta.directory.instagram(asked.instagram);
      if (account === undefined) throw new ControlError(`no Instagram account ${asked.instagram}`, 404);
      const media = meta.media.create({
        instagramId: account.id,
        containerId: '',
        type: 'IMAGE',
        product: 'FEED',
        caption: asked.caption ?? `A picture by hand by ${account.username}`,
        altText: undefined,
        children: [],
        parentId: undefined,
        sharedToFeed: false,
        mediaUrl: `https://scontent.cdninstagram.example/${account.username}/by-hand.jpg`,
        createdAt: meta.now(asked.person),
      });
      return { id: media.id };
    },
    /** A container ends as ERROR with this subcode. */
    container_failed(body) {
      const { id, subcode } = parse(
        z.strictObject({ ...base, id: z.string(), subcode: z.number().int().optional() }),
        body,
      );
      if (meta.containers.find(id) === undefined) throw new ControlError(`no container ${id}`, 404);
      meta.containers.fail(id, subcode ?? 2207026);
      return { id };
    },
  };
}
