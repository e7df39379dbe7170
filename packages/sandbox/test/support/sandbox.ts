/** Starts a sandbox in process for a spec, on a port of the system's choice and a world in memory, and talks to its control API. */
import { afterAll, beforeAll } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox.js';
import type { SandboxOptions } from '../../src/core/options.js';

export type Json = Record<string, unknown>;

export interface Answer<T = Json> {
  status: number;
  headers: Headers;
  body: T;
}

export interface LedgerRow {
  seq: number;
  route: string;
  path: string;
  method: string;
  status: number;
  person?: string;
  client?: string;
  query: Record<string, string>;
  body: Record<string, string>;
  tokens: { where: string; fingerprint: string; raw: string }[];
  secret_in_url: string[];
  created: string[];
  billed?: { posts: number; users: number };
  notes: string[];
  fault?: string;
}

export class Control {
  sandbox!: Sandbox;
  origin = '';

  async call<T = Json>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const response = await fetch(`${this.origin}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as T };
  }

  async person(platform: 'x' | 'meta', wish: Json = {}): Promise<{ id: string; username: string } & Json> {
    const { status, body } = await this.call<{ id: string; username: string } & Json>('POST', '/people', {
      platform,
      ...wish,
    });
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body;
  }

  advance(advance: string, person?: string): Promise<Answer> {
    return this.call('POST', '/clock', { advance, ...(person === undefined ? {} : { person }) });
  }

  event(platform: 'x' | 'meta', event: string, more: Json): Promise<Answer> {
    return this.call('POST', '/events', { platform, event, ...more });
  }

  turn(key: string, value: string | null, person?: string): Promise<Answer> {
    return this.call('PUT', '/switches', { key, value, ...(person === undefined ? {} : { person }) });
  }

  fault(rule: Json): Promise<Answer> {
    return this.call('POST', '/faults', rule);
  }

  async ledger(filter: Record<string, string> = {}): Promise<LedgerRow[]> {
    const { body } = await this.call<{ data: LedgerRow[] }>('GET', `/ledger?${new URLSearchParams(filter).toString()}`);
    return body.data;
  }
}

/** A sandbox for the whole spec file. */
export function useSandbox(options: Partial<SandboxOptions> = {}): Control {
  const control = new Control();
  beforeAll(async () => {
    control.sandbox = createSandbox({ port: 0, data: ':memory:', ...options });
    control.origin = await control.sandbox.listen();
  });
  afterAll(() => control.sandbox.close());
  return control;
}
