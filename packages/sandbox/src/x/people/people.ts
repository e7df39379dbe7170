/** People at X: who is seeded, and how a control request makes another. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { parse } from '../../core/requests.js';
import { ControlError } from '../../core/platform.js';
import type { Person } from '../../core/people.js';
import { seedOf } from '../../core/random.js';
import type { World } from '../../core/world.js';

export interface XProfile extends Record<string, unknown> {
  username: string;
  description: string;
  subscription_type: 'None' | 'Basic' | 'Premium' | 'PremiumPlus';
  protected: boolean;
  /** `deactivated` accounts answer as if their tokens were dead. */
  status: 'active' | 'suspended' | 'locked' | 'deactivated';
  email: string;
  followers: number;
  following: number;
  listed: number;
  likes: number;
  media: number;
  seed: number;
  /** How many computed posts stand before the person's creation, and over how many days. */
  posts: number;
  days: number;
}

export type XPerson = Person<XProfile>;

export function findXPerson(world: World, id: string): XPerson | undefined {
  const person = world.people.find(id);
  return person?.platform === 'x' ? (person as XPerson) : undefined;
}

export function findByUsername(world: World, username: string): XPerson | undefined {
  const row = world.store
    .sql("SELECT id FROM people WHERE platform = 'x' AND lower(json_extract(profile, '$.username')) = ?")
    .get(username.toLowerCase());
  return row ? findXPerson(world, String(row['id'])) : undefined;
}

const body = z.strictObject({
  platform: z.literal('x'),
  name: z.string().min(1).max(50).optional(),
  username: z
    .string()
    .regex(/^[A-Za-z0-9_]{1,15}$/)
    .optional(),
  description: z.string().max(160).optional(),
  subscription_type: z.enum(['None', 'Basic', 'Premium', 'PremiumPlus']).optional(),
  protected: z.boolean().optional(),
  posts: z.number().int().min(0).max(5_000_000).optional(),
  days: z.number().int().min(1).max(2900).optional(),
  followers: z.number().int().nonnegative().optional(),
  following: z.number().int().nonnegative().optional(),
  listed: z.number().int().nonnegative().optional(),
  likes: z.number().int().nonnegative().optional(),
  media: z.number().int().nonnegative().optional(),
  seed: z.number().int().optional(),
});

export function createXPerson(world: World, input: Record<string, unknown>): XPerson {
  const given = parse(body, input);
  // 19 digits that start like a snowflake of 2023, so that they can't be confused with a seeded person's short id.
  const id = `17${String(randomInt(10 ** 9, 10 ** 10 - 1))}${String(randomInt(10 ** 6, 10 ** 7 - 1))}`;
  const username = given.username ?? `p_${id.slice(2, 14)}`;
  if (findByUsername(world, username)) throw new ControlError(`username ${username} is taken`, 409);
  return add(world, id, given.name ?? `Person ${id.slice(-5)}`, world.clock.now(), {
    username,
    description: given.description ?? 'Made for one test.',
    subscription_type: given.subscription_type ?? 'None',
    protected: given.protected ?? false,
    followers: given.followers ?? 900,
    seed: given.seed ?? seedOf(id),
    posts: given.posts ?? 60,
    days: given.days ?? 60,
    ...counts(given),
  });
}

/** The counts that were given; the others follow from the seed. */
function counts({ following, listed, likes, media }: z.infer<typeof body>): Partial<GivenProfile> {
  return {
    ...(following === undefined ? {} : { following }),
    ...(listed === undefined ? {} : { listed }),
    ...(likes === undefined ? {} : { likes }),
    ...(media === undefined ? {} : { media }),
  };
}

type GivenProfile = Pick<
  XProfile,
  'username' | 'description' | 'subscription_type' | 'protected' | 'followers' | 'seed' | 'posts' | 'days'
> &
  Partial<Pick<XProfile, 'following' | 'listed' | 'likes' | 'media'>>;

function add(world: World, id: string, name: string, createdAt: number, given: GivenProfile): XPerson {
  const { seed, username } = given;
  const derived = { following: 5 + (seed % 400), listed: seed % 9, likes: seed % 700, media: seed % 90 };
  return world.people.add({
    id,
    platform: 'x',
    name,
    createdAt: Math.floor(createdAt / 1000) * 1000,
    profile: { ...derived, ...given, status: 'active', email: `${username}@people.example` },
  }) as XPerson;
}

/** The two people a fresh sandbox has; their ids are short, as those of old accounts are. */
export function seedXPeople(world: World): void {
  if (world.people.find('1111111111')) return;
  const openedAt = world.store.firstOpenedAt();
  add(world, '1111111111', 'Ana Example', openedAt, {
    username: 'ana_example',
    description: 'Ceramics, workshops and a small shop in Lisbon.',
    subscription_type: 'Premium',
    protected: false,
    followers: 4200,
    seed: seedOf('ana_example'),
    posts: 60,
    days: 75,
  });
  add(world, '1222222222', 'Ben Sample', openedAt, {
    username: 'ben_sample',
    description: 'Cycling and city maps.',
    subscription_type: 'None',
    protected: false,
    followers: 860,
    seed: seedOf('ben_sample'),
    posts: 60,
    days: 60,
  });
}
