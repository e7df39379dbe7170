/** Publishing text, links and photos to a Page (docs/providers/meta.md, "Page text/link" and "Photo(s)"). */
import { needPagePublish } from '../graph/guard.js';
import { readTime, type Ask } from '../graph/ask.js';
import { GraphError, invalidParameter } from '../contract/errors.js';
import { render } from '../graph/node-type.js';
import { postNode } from './post-node.js';
import type { Page } from '../people/rows.js';
import { isFetchable } from './media-url.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LONGEST_MESSAGE = 63_206;
const PHOTO_BYTES = 10 * 1024 * 1024;

/** `POST /{page}/feed`. `fields` makes it a read after the write, in one call. */
export function publishFeedPost(page: Page, ask: Ask): unknown {
  needPagePublish(ask, page);
  const message = ask.args.get('message') || undefined;
  const link = ask.args.get('link') || undefined;
  const photos = attachedPhotos(page, ask);
  if (message === undefined && link === undefined && photos.length === 0) {
    throw invalidParameter(
      'The status you are trying to publish is empty: message, link or attached_media is required',
      {
        subcode: 1349125,
      },
    );
  }
  if (message !== undefined && message.length > LONGEST_MESSAGE) throw invalidParameter('Param message is too long');
  if (link !== undefined && !/^https?:\/\/[^/\s]+/.test(link)) {
    throw new GraphError(100, '(#100) link URL is not properly formatted', { subcode: 1609005 });
  }
  refuseDuplicate(page, ask, message, link);
  const { published, scheduledAt } = schedule(ask, 10 * MINUTE, 30 * DAY);
  // Together with the reading: a call refused for its fields has published nothing.
  const shown = ask.meta.directory.together(() => {
    const post = ask.meta.posts.create({
      pageId: page.id,
      kind: photos.length > 0 ? 'photo' : link === undefined ? 'text' : 'link',
      message,
      link,
      photos,
      createdAt: ask.now,
      published,
      scheduledAt,
      appId: ask.viewer.app.clientId,
    });
    for (const id of photos) ask.meta.photos.attach(id, post.id);
    return ask.fields === undefined ? { id: post.id } : render(postNode, post, ask);
  });
  ask.call.record.created.push(String(shown['id']));
  return shown;
}

/** `POST /{page}/photos`: published alone, or kept unpublished for a post with several. */
export function publishPhoto(page: Page, ask: Ask): unknown {
  needPagePublish(ask, page);
  const { args, meta, now } = ask;
  const upload = ask.call.files.get('source');
  const url = args.get('url');
  if (upload === undefined && url === undefined) throw invalidParameter('url or source is required');
  if (url !== undefined && !isFetchable(url)) {
    throw new GraphError(324, '(#324) Missing or invalid image file', { subcode: 2069019 });
  }
  if (upload !== undefined && upload.size > PHOTO_BYTES) {
    throw invalidParameter('Your photo is too large.', { subcode: 1366046 });
  }
  const published = args.get('published') !== 'false';
  const { id } = meta.photos.create(page.id, args.get('alt_text_custom'), published, now);
  ask.call.record.created.push(id);
  if (!published) return { id };
  const post = meta.posts.create({
    pageId: page.id,
    kind: 'photo',
    message: args.get('caption') ?? args.get('message'),
    photos: [id],
    createdAt: now,
    published: true,
    appId: ask.viewer.app.clientId,
  });
  meta.photos.attach(id, post.id);
  ask.call.record.created.push(post.id);
  return { id, post_id: post.id };
}

/** Unpublished photos named by the call: as one JSON list, or as `attached_media[0]`, `attached_media[1]`, …. */
function attachedPhotos(page: Page, ask: Ask): string[] {
  const texts = [...ask.args].filter(([name]) => /^attached_media\[\d+\]$/.test(name)).map(([, text]) => text);
  const list = ask.args.get('attached_media');
  const listed = list === undefined ? [] : readJson(list);
  if (!Array.isArray(listed)) throw invalidParameter('Param attached_media must be an array');
  const items: unknown[] = [...(listed as unknown[]), ...texts.map(readJson)];
  return items.map((item) => {
    const given = (item as { media_fbid?: unknown } | null)?.media_fbid;
    const id = typeof given === 'string' || typeof given === 'number' ? String(given) : '';
    const photo = ask.meta.photos.find(id, ask.now);
    if (photo === undefined || photo.pageId !== page.id || photo.postId !== undefined) {
      throw invalidParameter(`Invalid media_fbid ${id}: the photo does not exist, expired or was used already`);
    }
    return id;
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidParameter('attached_media must be a JSON value');
  }
}

/** `published=false` with a time inside the window schedules; without one it leaves a draft that only the feed shows. */
export function schedule(
  ask: Ask,
  soonest: number,
  latest: number,
): { published: boolean; scheduledAt: number | undefined } {
  const published = ask.args.get('published') !== 'false';
  const text = ask.args.get('scheduled_publish_time');
  if (text === undefined) return { published, scheduledAt: undefined };
  const scheduledAt = readTime(text);
  if (published) throw invalidParameter('You cannot schedule a published post: published must be false');
  if (scheduledAt === undefined || scheduledAt < ask.now + soonest || scheduledAt > ask.now + latest) {
    throw invalidParameter('The specified scheduled publish time is invalid.', { subcode: 1366047 });
  }
  return { published: false, scheduledAt };
}

/** The same words twice in a row; whether Meta minds is a switch. */
function refuseDuplicate(page: Page, ask: Ask, message: string | undefined, link: string | undefined): void {
  const personId = ask.viewer.kind === 'app' ? undefined : ask.viewer.person.id;
  if (!ask.meta.settings.is('duplicate_posts', 'refuse', personId)) return;
  const last = ask.meta.directory.one(
    'select message, link from meta_posts where page_id = ? order by serial desc limit 1',
    page.id,
  );
  if (last !== undefined && last['message'] === (message ?? null) && last['link'] === (link ?? null)) {
    throw new GraphError(506, '(#506) Duplicate status message');
  }
}
