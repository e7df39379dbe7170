/** Publishing to Instagram by containers (docs/providers/meta.md, "Instagram containers"). */
import { needInstagramPublish } from '../graph/guard.js';
import { statusOf, type Container, type ContainerKind } from '../content/containers.js';
import type { Media, MediaProduct, MediaType } from '../content/seeded-media.js';
import { wordsOf, type Ask } from '../graph/ask.js';
import { invalidParameter } from '../contract/errors.js';
import { choose, demand } from '../graph/node-type.js';
import type { Instagram } from '../people/rows.js';
import { answers, isFetchable } from './media-url.js';
import { publishingRefusal } from './publishing-errors.js';

const DAY = 24 * 3_600_000;

/** `POST /{ig}/media`: checks what Meta checks at once; whether the media is accepted shows once its processing time is over. */
export async function createContainer(account: Instagram, ask: Ask): Promise<unknown> {
  needInstagramPublish(ask, account);
  const { args, meta, now } = ask;
  const person = ask.viewer.kind === 'app' ? undefined : ask.viewer.person;
  const quota = meta.settings.number('container_quota', ask.viewer.app, person);
  if (meta.containers.createdSince(account.id, now - DAY) >= quota) throw publishingRefusal(2207042);
  const carouselItem = args.get('is_carousel_item') === 'true';
  const kind = kindOf(ask, carouselItem);
  const resumable = args.get('upload_type') === 'resumable';
  const mediaUrl = kind === 'CAROUSEL' || resumable ? '' : mediaUrlOf(ask, kind);
  if (mediaUrl !== '' && meta.settings.is('fetch_media', 'on', person?.id) && !(await answers(mediaUrl))) {
    throw publishingRefusal(2207052);
  }
  const caption = carouselItem || kind.startsWith('STORIES') ? undefined : args.get('caption');
  if (caption !== undefined) checkCaption(caption);
  const offset = args.get('thumb_offset');
  if (offset !== undefined && !/^\d{1,6}$/.test(offset)) throw publishingRefusal(2207057);
  const altText = args.get('alt_text');
  if (altText !== undefined && altText.length > 1000)
    throw invalidParameter('alt_text must be at most 1000 characters');
  if (wordsOf(args.get('collaborators') ?? '').length > 3)
    throw invalidParameter('At most 3 collaborators are allowed');
  const fails = meta.settings.value('media_fails', person?.id);
  const moving = kind === 'REELS' || kind === 'VIDEO' || kind === 'STORIES_VIDEO';
  const seconds = meta.settings.number(
    moving ? 'video_processing_seconds' : 'image_processing_seconds',
    ask.viewer.app,
    person,
  );
  const container = meta.containers.create({
    instagramId: account.id,
    kind,
    caption,
    altText,
    mediaUrl,
    children: kind === 'CAROUSEL' ? childrenOf(account, ask) : [],
    carouselItem,
    sharedToFeed: kind !== 'REELS' || args.get('share_to_feed') !== 'false',
    uploadedAt: resumable ? undefined : now,
    processingMs: seconds * 1000,
    failure: fails === 'off' ? undefined : Number(fails),
    createdAt: now,
  });
  ask.call.record.created.push(container.id);
  if (!resumable) return { id: container.id };
  return { id: container.id, uri: `${meta.world.origin}/ig-api-upload/${ask.call.version}/${container.id}` };
}

/** `POST /{ig}/media_publish`: once per container, however often it is called. */
export function publishContainer(account: Instagram, ask: Ask): unknown {
  needInstagramPublish(ask, account);
  const { meta, now } = ask;
  const container = meta.containers.find(demand(ask, 'creation_id'));
  if (container === undefined || container.instagramId !== account.id || container.carouselItem) {
    throw publishingRefusal(2207008);
  }
  switch (statusOf(container, now)) {
    case 'EXPIRED':
      throw publishingRefusal(2207020);
    case 'IN_PROGRESS':
      throw publishingRefusal(2207027);
    case 'ERROR':
      throw publishingRefusal(container.failure ?? 2207053);
    case 'PUBLISHED':
      throw publishingRefusal(2207006);
    default:
  }
  if (meta.media.publishedSince(account.id, now - DAY) >= quotaOf(ask)) throw publishingRefusal(2207042);
  const media = materialise(container, ask, undefined);
  const children = container.children.flatMap((id) => {
    const child = meta.containers.find(id);
    return child === undefined ? [] : [materialise(child, ask, media.id).id];
  });
  if (children.length > 0) meta.media.setChildren(media.id, children);
  meta.containers.publish(container.id, media.id);
  ask.call.record.created.push(media.id);
  return { id: media.id };
}

/** The container as media: alone, or as a part of a carousel. */
function materialise(container: Container, ask: Ask, parentId: string | undefined): Media {
  const [type, product] = KINDS[container.kind];
  return ask.meta.media.create({
    instagramId: container.instagramId,
    containerId: container.id,
    type,
    product,
    caption: container.caption,
    altText: container.altText,
    children: [],
    parentId,
    sharedToFeed: container.sharedToFeed,
    mediaUrl: container.mediaUrl,
    createdAt: ask.now,
  });
}

/** `GET /{ig}/content_publishing_limit`. */
export function publishingLimit(account: Instagram, ask: Ask): unknown {
  needInstagramPublish(ask, account);
  const usage = ask.meta.media.publishedSince(account.id, ask.now - DAY);
  const row = { quota_usage: usage, config: { quota_total: quotaOf(ask), quota_duration: 86_400 } };
  return { data: [ask.fields === undefined ? { quota_usage: usage } : choose(row, ask, 'ContentPublishingLimit')] };
}

function quotaOf(ask: Ask): number {
  const person = ask.viewer.kind === 'app' ? undefined : ask.viewer.person;
  return ask.meta.settings.number('instagram_quota', ask.viewer.app, person);
}

const KINDS: Readonly<Record<ContainerKind, readonly [MediaType, MediaProduct]>> = {
  IMAGE: ['IMAGE', 'FEED'],
  VIDEO: ['VIDEO', 'FEED'],
  REELS: ['VIDEO', 'REELS'],
  CAROUSEL: ['CAROUSEL_ALBUM', 'FEED'],
  STORIES_IMAGE: ['IMAGE', 'STORY'],
  STORIES_VIDEO: ['VIDEO', 'STORY'],
};

/** An image has no media_type; a video alone is a reel; inside a carousel it is VIDEO, and no other kind is allowed. */
function kindOf(ask: Ask, carouselItem: boolean): ContainerKind {
  const type = ask.args.get('media_type') || undefined;
  if (carouselItem && !['IMAGE', 'VIDEO', undefined].includes(type)) throw publishingRefusal(2207023);
  switch (type) {
    case undefined:
    case 'IMAGE':
      return 'IMAGE';
    case 'VIDEO':
      if (carouselItem) return 'VIDEO';
      throw publishingRefusal(2207023);
    case 'REELS':
      return 'REELS';
    case 'CAROUSEL':
      return 'CAROUSEL';
    case 'STORIES':
      return ask.args.has('video_url') || ask.args.get('upload_type') === 'resumable'
        ? 'STORIES_VIDEO'
        : 'STORIES_IMAGE';
    default:
      throw publishingRefusal(2207023);
  }
}

function mediaUrlOf(ask: Ask, kind: ContainerKind): string {
  const name = kind === 'IMAGE' || kind === 'STORIES_IMAGE' ? 'image_url' : 'video_url';
  const url = demand(ask, name);
  if (!isFetchable(url)) throw publishingRefusal(2207052);
  const path = new URL(url).pathname.toLowerCase();
  if (name === 'image_url' && /\.(png|gif|webp|bmp|tiff?|heic)$/.test(path)) throw publishingRefusal(2207005);
  return url;
}

function checkCaption(caption: string): void {
  if (caption.length > 2200) throw publishingRefusal(2207010);
  const tags = caption.match(/(^|\s)#[\p{L}\p{N}_]+/gu)?.length ?? 0;
  const people = caption.match(/(^|\s)@[\w.]+/g)?.length ?? 0;
  if (tags > 30 || people > 20) throw publishingRefusal(2207040);
}

/** Children must be finished carousel items of the same account before their parent is made. */
function childrenOf(account: Instagram, ask: Ask): string[] {
  const ids = wordsOf(demand(ask, 'children'));
  if (ids.length < 2 || ids.length > 10) throw publishingRefusal(2207028);
  for (const id of ids) {
    const child: Container | undefined = ask.meta.containers.find(id);
    if (child === undefined || child.instagramId !== account.id || !child.carouselItem)
      throw publishingRefusal(2207008);
    const status = statusOf(child, ask.now);
    if (status === 'EXPIRED') throw publishingRefusal(2207020);
    if (status !== 'FINISHED') throw publishingRefusal(2207027);
  }
  return ids;
}
