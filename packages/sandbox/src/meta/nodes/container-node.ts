/** A container on its way to Instagram: `status_code`, and the reason once it failed. */
import { needInstagram } from '../graph/guard.js';
import { statusOf, type Container } from '../content/containers.js';
import { unknownObject } from '../contract/errors.js';
import type { NodeType } from '../graph/node-type.js';

export const containerNode: NodeType<Container> = {
  name: 'IGMediaContainer',
  id: (container) => container.id,
  defaults: [],
  fields: {
    status_code: (container, ask) => statusOf(container, ask.now),
    status: (container, ask) => {
      const status = statusOf(container, ask.now);
      if (status !== 'ERROR') return WORDS[status];
      return `Error: Media upload has failed with error code ${container.failure}`;
    },
    copyright_check_status: () => undefined,
  },
  edges: {},
  admit(container, ask) {
    const account = ask.meta.directory.instagram(container.instagramId);
    if (account === undefined) throw unknownObject(container.id);
    needInstagram(ask, account);
  },
};

const WORDS = {
  IN_PROGRESS: 'In Progress: Media is still being processed.',
  FINISHED: 'Finished: Media has been uploaded and it is ready to be published.',
  EXPIRED: 'Expired: The container was not published within 24 hours and has expired.',
  PUBLISHED: 'Published: Media has been published.',
} as const;
