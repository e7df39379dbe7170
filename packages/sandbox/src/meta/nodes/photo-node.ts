/** A photo that a client uploaded to a Page. */
import { needPageToken } from '../graph/guard.js';
import type { Photo } from '../content/photos.js';
import { graphTime, type Ask } from '../graph/ask.js';
import { unknownObject } from '../contract/errors.js';
import type { NodeType } from '../graph/node-type.js';

export const photoNode: NodeType<Photo> = {
  name: 'Photo',
  id: (photo) => photo.id,
  defaults: ['created_time'],
  fields: {
    created_time: (photo) => graphTime(photo.createdAt),
    alt_text_custom: (photo) => photo.altText,
    link: (photo) => `https://www.facebook.com/photo/${photo.id}`,
    page_story_id: (photo) => photo.postId,
    images: (photo) => [{ height: 720, width: 720, source: `https://scontent.example/photos/${photo.id}.jpg` }],
  },
  edges: {},
  admit(photo: Photo, ask: Ask): void {
    const page = ask.meta.directory.page(photo.pageId);
    if (page === undefined) throw unknownObject(photo.id);
    needPageToken(ask, page);
  },
};
