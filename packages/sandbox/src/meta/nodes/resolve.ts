/** From an id to its node: the id's leading digits tell the kind, so nothing is searched. */
import type { Ask } from '../graph/ask.js';
import { bind, type BoundNode } from '../graph/node-type.js';
import { businessNode } from './business-node.js';
import { containerNode } from './container-node.js';
import { instagramNode } from './instagram-node.js';
import { mediaNode } from './media-node.js';
import { pageNode } from './page-node.js';
import { photoNode } from './photo-node.js';
import { postNode } from './post-node.js';
import { userNode } from './user-node.js';
import { videoNode } from './video-node.js';

export interface Found {
  readonly node: BoundNode;
  /** Whose budget a call on the node is charged to. */
  readonly charge: { type: string; pageId?: string; instagramId?: string };
}

export const nodeTypes = [
  userNode,
  pageNode,
  postNode,
  videoNode,
  photoNode,
  instagramNode,
  mediaNode,
  containerNode,
  businessNode,
] as const;

export function nodeOf(id: string, ask: Ask): Found | undefined {
  if (id === 'me') return me(ask);
  const { meta } = ask;
  if (id.includes('_')) {
    const post = meta.posts.find(id, ask.now);
    return post && { node: bind(postNode, post), charge: { type: 'Post', pageId: post.pageId } };
  }
  const page = meta.directory.page(id);
  if (page !== undefined) return { node: bind(pageNode, page), charge: { type: 'Page', pageId: page.id } };
  const account = meta.directory.instagram(id);
  if (account !== undefined) return { node: bind(instagramNode, account), charge: { type: 'IGUser', instagramId: id } };
  const media = meta.media.find(id);
  if (media !== undefined) {
    return { node: bind(mediaNode, media), charge: { type: 'IGMedia', instagramId: media.instagramId } };
  }
  const container = meta.containers.find(id);
  if (container !== undefined) {
    return { node: bind(containerNode, container), charge: { type: 'IGMedia', instagramId: container.instagramId } };
  }
  const video = meta.videos.find(id);
  if (video !== undefined) return { node: bind(videoNode, video), charge: { type: 'Video', pageId: video.pageId } };
  const photo = meta.photos.find(id, ask.now);
  if (photo !== undefined) return { node: bind(photoNode, photo), charge: { type: 'Photo', pageId: photo.pageId } };
  const person = meta.directory.person(id);
  if (person !== undefined) return { node: bind(userNode, person), charge: { type: 'User' } };
  const business = meta.directory.business(id);
  return business && { node: bind(businessNode, business), charge: { type: 'Business' } };
}

/** A Page token's `me` is its Page; an app token has none. */
function me(ask: Ask): Found | undefined {
  const { viewer } = ask;
  if (viewer.kind === 'app') return undefined;
  if (viewer.page !== undefined)
    return { node: bind(pageNode, viewer.page), charge: { type: 'Page', pageId: viewer.page.id } };
  return { node: bind(userNode, viewer.person), charge: { type: 'User' } };
}
