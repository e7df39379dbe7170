/** The stand-in for Meta: its parts over one world. */
import type { App } from '../core/apps.js';
import type { World } from '../core/world.js';
import { Callbacks } from './access/callbacks.js';
import { Doorkeeper } from './access/doorkeeper.js';
import { Grants } from './access/grants.js';
import { Logins } from './access/logins.js';
import { Containers } from './content/containers.js';
import { MediaShelf } from './content/media-shelf.js';
import { Photos } from './content/photos.js';
import { Posts } from './content/posts.js';
import { Videos } from './content/videos.js';
import { Usage } from './graph/usage.js';
import { Directory } from './people/directory.js';
import type { Person } from './people/rows.js';
import { seedPeople } from './people/seed.js';
import { MetaSettings } from './settings.js';

export class Meta {
  readonly directory: Directory;
  readonly grants: Grants;
  readonly logins: Logins;
  readonly posts: Posts;
  readonly media: MediaShelf;
  readonly videos: Videos;
  readonly containers: Containers;
  readonly photos: Photos;
  readonly settings: MetaSettings;
  readonly doorkeeper: Doorkeeper;
  readonly usage: Usage;
  readonly callbacks: Callbacks;

  constructor(readonly world: World) {
    this.settings = new MetaSettings(world);
    this.directory = new Directory(world);
    this.grants = new Grants(this.directory);
    this.logins = new Logins(this);
    this.posts = new Posts(this.directory);
    this.media = new MediaShelf(this.directory);
    this.videos = new Videos(this.directory);
    this.containers = new Containers(this.directory);
    this.photos = new Photos(this.directory);
    this.doorkeeper = new Doorkeeper(this);
    this.usage = new Usage(this);
    this.callbacks = new Callbacks(this);
    seedPeople(this.directory, world.store.firstOpenedAt());
  }

  now(personId?: string): number {
    return this.world.clock.now(personId);
  }

  app(id: string): App | undefined {
    return this.world.apps.find('meta', id);
  }

  /** Ends the app's grant of a person everywhere, and tells the app where it asked to be told. */
  revokeGrant(appId: string, person: Person, announce: boolean): void {
    const app = this.app(appId);
    if (!this.grants.revoke(appId, person.id, this.now(person.id)) || app === undefined || !announce) return;
    this.callbacks.send('deauthorize', app, { personId: person.id });
  }
}
