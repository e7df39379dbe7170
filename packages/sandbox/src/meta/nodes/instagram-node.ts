/** An Instagram business account as Graph shows it. */
import { needBusinessReach, needInstagram } from '../graph/guard.js';
import type { Media } from '../content/seeded-media.js';
import { portraitUrl } from '../../core/portraits.js';
import type { Ask } from '../graph/ask.js';
import { GraphError } from '../contract/errors.js';
import { nodesOf, type NodeType } from '../graph/node-type.js';
import { accountInsights, instagramFollowers } from '../insights/account-insights.js';
import type { Instagram } from '../people/rows.js';
import { createContainer, publishContainer, publishingLimit } from './instagram-publishing.js';
import { mediaNode } from './media-node.js';

export const instagramNode: NodeType<Instagram> = {
  name: 'IGUser',
  id: (account) => account.id,
  defaults: [],
  fields: {
    ig_id: (account) => account.serial + 5_000_000_000,
    username: (account) => account.username,
    name: (account) => account.name,
    biography: (account) => `${account.name} on Instagram`,
    website: () => undefined,
    profile_picture_url: (account, ask) =>
      portraitUrl(
        ask.meta.world,
        `instagram-${account.username}`,
        `https://scontent.cdninstagram.example/${account.username}/profile.jpg`,
      ),
    followers_count: (account, ask) => instagramFollowers(account, ask.now, factorOf(account, ask)),
    follows_count: (account) => 40 + (account.serial % 300),
    media_count: (account, ask) => account.media + ask.meta.media.added(account.id),
    is_published: () => true,
    has_profile_pic: () => true,
    legacy_instagram_user_id: (account) => String(account.serial + 5_000_000_000),
    shopping_product_tag_eligibility: () => {
      throw new GraphError(10, '(#10) Application does not have permission for this action');
    },
  },
  edges: {
    media: { get: (account, ask) => media(account, ask, 'media'), post: createContainer },
    stories: { get: (account, ask) => media(account, ask, 'stories') },
    insights: { get: accountInsights },
    media_publish: { post: publishContainer },
    content_publishing_limit: { get: publishingLimit },
  },
  admit: (account, ask) => void needInstagram(ask, account),
};

const factorOf = (account: Instagram, ask: Ask): number => Number(ask.meta.directory.mark(account.id, 'factor') ?? 1);

function media(account: Instagram, ask: Ask, list: 'media' | 'stories'): unknown {
  const { role } = needInstagram(ask, account);
  needBusinessReach(ask, role);
  const { viewer, meta } = ask;
  const person = viewer.kind === 'app' ? undefined : viewer.person;
  const most = meta.settings.number('reduce_data_above', viewer.app, person);
  const nested = ask.fields?.some((field) => field.name === 'insights') === true;
  if (most > 0 && nested && Number(ask.args.get('limit') ?? 25) > most) {
    throw new GraphError(1, "Please reduce the amount of data you're asking for, then retry your request");
  }
  const maxLimit = meta.settings.number('instagram_media_max_limit', viewer.app, person);
  return nodesOf<Media>(mediaNode, meta.media.list(account, list, ask.now), ask, { maxLimit });
}
