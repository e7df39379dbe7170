/** What a simulated platform declares to the core, so that control, faults and the ledger work on any of them. */
import type { FastifyRequest } from 'fastify';
import type { Person } from './people.js';
import type { PlatformName } from './platform-name.js';

/** An answer that replaces the platform's own. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON; a string as it stands, with `content-type` from the headers. */
  body: unknown;
}

/** The person and app of a request, whether or not its token is still valid. */
export interface Caller {
  person?: string;
  client?: string;
  token?: string;
}

/** A control request the platform can't carry out; `message` is answered as it stands. */
export class ControlError extends Error {
  constructor(
    message: string,
    readonly status: 400 | 404 | 409 | 422 = 400,
  ) {
    super(message);
  }
}

export interface Platform {
  name: PlatformName;
  /** First path segments that are this platform's, for the ledger and the fault rules: `/2/`, `/i/`. */
  owns(path: string): boolean;
  /** Makes a person from a control request; throws ControlError on a body that makes no sense. */
  createPerson(body: Record<string, unknown>): Person;
  /** What a control answer shows of a person beside id, name and clock (accounts, pages, posts to start from). */
  describePerson(person: Person): Record<string, unknown>;
  /** Runs after the body was read and before the route's own work. */
  identify(request: FastifyRequest): Caller | undefined;
  /** Things that happen on the provider's side: `POST /_sandbox/events {platform, event, …}` calls the one of that name. */
  events: Record<string, (body: Record<string, unknown>) => Record<string, unknown>>;
  /** Named refusals for fault rules `{effect: 'preset', preset: name}`: `rate_limited`, `credits_depleted`, … */
  presets: Record<string, (request: FastifyRequest) => Answer>;
  /** Rewrites a successful JSON answer so that paging never ends (`endless`) or turns in a circle (`repeating`). */
  distortPaging?(body: Record<string, unknown>, mode: 'endless' | 'repeating', request: FastifyRequest): void;
  /** What the page at `/` shows for a person: grants and posts. */
  grants?(person: Person): { id: string; client: string; state: string; detail: string }[];
  posts?(person: Person, limit: number): { id: string; createdAt: string; text: string; detail: string }[];
  /** Buttons of that page: events that need no more than a person, or a post. */
  buttons?: readonly { label: string; event: string }[];
  postButtons?: readonly { label: string; event: string }[];
  /** Writes buffered state; called before a snapshot and at the end. */
  flush?(): void;
}

export class Platforms {
  private readonly all = new Map<PlatformName, Platform>();

  register(platform: Platform): void {
    this.all.set(platform.name, platform);
  }

  get(name: PlatformName): Platform | undefined {
    return this.all.get(name);
  }

  list(): Platform[] {
    return [...this.all.values()];
  }

  owning(path: string): Platform | undefined {
    for (const platform of this.all.values()) if (platform.owns(path)) return platform;
    return undefined;
  }

  flush(): void {
    for (const platform of this.all.values()) platform.flush?.();
  }
}
