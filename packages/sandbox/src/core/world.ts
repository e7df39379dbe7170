/** Everything that the platforms share, composed over one store: people and their clocks, apps, switches, fault rules, the ledger, snapshots. */
import { Store } from '../store/store.js';
import { Apps } from './apps.js';
import { Clock } from './clock.js';
import { FaultRules } from './fault-rules.js';
import { Ledger } from './ledger.js';
import type { SandboxOptions } from './options.js';
import { People } from './people.js';
import { Platforms } from './platform.js';
import { Snapshots } from './snapshots.js';
import { Switches } from './switches.js';

export class World {
  readonly store: Store;
  readonly people: People;
  readonly clock: Clock;
  readonly apps: Apps;
  readonly switches: Switches;
  readonly faults: FaultRules;
  readonly ledger: Ledger;
  readonly snapshots: Snapshots;
  readonly platforms = new Platforms();
  /** `http://127.0.0.1:4100`; settled once the server listens, because a test's port is chosen by the system. */
  origin: string;

  private readonly saving: NodeJS.Timeout;

  constructor(readonly options: SandboxOptions) {
    this.origin = `http://127.0.0.1:${options.port}`;
    this.store = new Store(options.data);
    this.people = new People(this.store);
    this.clock = new Clock(this.store, this.people);
    this.apps = new Apps(this.store, options);
    this.switches = new Switches(this.store);
    this.faults = new FaultRules(this.store);
    this.ledger = new Ledger(this.store);
    this.snapshots = new Snapshots(this.store, () => this.flush());
    this.saving = setInterval(() => this.platforms.flush(), 2000);
    this.saving.unref();
  }

  close(): void {
    clearInterval(this.saving);
    this.ledger.close();
    this.platforms.flush();
    this.snapshots.close();
    this.store.close();
  }

  /** Writes what is still held in memory, so that a snapshot has it. */
  private flush(): void {
    this.ledger.flush();
    this.platforms.flush();
  }
}
