/** The parts of the stand-in for Meta, composed over one world. */
import type { App } from '../../core/apps.js';
import type { World } from '../../core/world.js';
import { Callbacks } from '../access/callbacks.js';
import { Authentication } from '../access/authentication.js';
import { Grants } from '../access/grants.js';
import { Logins } from '../access/logins.js';
import { Containers } from '../content/containers.js';
import { MediaStore } from '../content/media.js';
import { Photos } from '../content/photos.js';
import { Posts } from '../content/posts.js';
import { Videos } from '../content/videos.js';
import { RateLimits } from '../access/rate-limits.js';
import { Directory } from '../people/directory.js';
import type { Person } from '../people/rows.js';
import { seedPeople } from '../people/seed.js';
import { MetaSettings } from '../access/settings.js';

export class Meta {
  readonly directory: Directory;
  readonly grants: Grants;
  readonly logins: Logins;
  readonly posts: Posts;
  readonly media: MediaStore;
  readonly videos: Videos;
  readonly containers: Containers;
  readonly photos: Photos;
  readonly settings: MetaSettings;
  readonly authentication: Authentication;
  readonly limits: RateLimits;
  readonly callbacks: Callbacks;

  constructor(readonly world: World) {
    this.settings = new MetaSettings(world);
    this.directory = new Directory(world);
    this.grants = new Grants(this.directory);
    this.posts = new Posts(this.directory);
    this.media = new MediaStore(this.directory);
    this.videos = new Videos(this.directory);
    this.containers = new Containers(this.directory);
    this.photos = new Photos(this.directory);
    this.authentication = new Authentication(this.directory, this.grants, this.settings);
    this.logins = new Logins(this.directory, this.grants, this.settings, this.authentication);
    this.limits = new RateLimits(this.directory, this.settings);
    this.callbacks = new Callbacks(this.directory, this.settings);
    seedPeople(this.directory, world.store.firstOpenedAt());
  }

  now(personId?: string): number {
    return this.world.clock.now(personId);
  }

  app(id: string): App | undefined {
    return this.world.apps.find('meta', id);
  }

  /** Ends a person's grant to the app, and sends the app its deauthorize callback, where it has an address for it. */
  revokeGrant(appId: string, person: Person, announce: boolean): void {
    const app = this.app(appId);
    if (!this.grants.revoke(appId, person.id, this.now(person.id)) || app === undefined || !announce) return;
    this.callbacks.send('deauthorize', app, { personId: person.id });
  }
}
