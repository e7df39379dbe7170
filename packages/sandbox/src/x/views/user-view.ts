/** A person as X answers it (docs/providers/x.md §3.1). */
import { portraitUrl } from '../../core/portraits.js';
import type { World } from '../../core/world.js';
import type { XPerson } from '../people/people.js';
import type { Posts } from '../content/posts.js';

const blue = new Set(['Premium', 'PremiumPlus']);

export function showUser(
  world: World,
  posts: Posts,
  person: XPerson,
  fields: ReadonlySet<string>,
  reader: string | undefined,
): Record<string, unknown> {
  const { profile } = person;
  const own = person.id === reader;
  const view: Record<string, unknown> = { id: person.id, name: person.name, username: profile.username };
  const put = (field: string, value: () => unknown): void => {
    if (!fields.has(field)) return;
    const given = value();
    if (given !== undefined) view[field] = given;
  };
  put('created_at', () => new Date(person.createdAt - (profile.days + 400) * 86_400_000).toISOString());
  put('description', () => profile.description);
  put('location', () => 'Lisbon');
  put('protected', () => profile.protected);
  put('profile_image_url', () =>
    portraitUrl(world, `x-${person.id}_normal`, `https://pbs.twimg.com/profile_images/${person.id}/x_normal.jpg`),
  );
  put('verified', () => blue.has(profile.subscription_type));
  put('verified_type', () => (blue.has(profile.subscription_type) ? 'blue' : 'none'));
  put('is_identity_verified', () => false);
  put('subscription_type', () => (own ? profile.subscription_type : undefined));
  put('confirmed_email', () => (own ? profile.email : undefined));
  put('url', () => '');
  put('public_metrics', () => ({
    followers_count: profile.followers,
    following_count: profile.following,
    [world.switches.get('x.user_count_key', reader)]: posts.count(person),
    listed_count: profile.listed,
    like_count: profile.likes,
    media_count: profile.media,
  }));
  const newest = (): string | undefined => {
    for (const post of posts.older(person, '9223372036854775807', world.clock.now(person.id))) return post.id;
    return undefined;
  };
  put('most_recent_tweet_id', newest);
  put('most_recent_post_id', newest);
  return view;
}
