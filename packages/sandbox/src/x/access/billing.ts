/** What X would charge for reads: each resource once per UTC day and endpoint kind (docs/providers/x.md §6.4). Seeded posts are counted in bitmaps, so that a million of them stay small. */
import type { Call } from '../../core/call.js';
import type { World } from '../../core/world.js';

/** US dollars (docs/providers/x.md §6.4, August 2026). */
export const prices = { post: 0.005, user: 0.01, create: 0.015, createWithUrl: 0.2, delete: 0.01, altText: 0.005 };

export function charge(call: Call, price: number): void {
  call.cost = (call.cost ?? 0) + price;
}

interface Bill {
  day: string;
  bits: Uint8Array;
  ids: Set<string>;
  dirty: boolean;
}

const mostInMemory = 2000;

export interface BilledPost {
  id: string;
  author: string;
  /** The position of a seeded post; absent for a written one. */
  index?: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS x_billed (bill TEXT PRIMARY KEY, day TEXT NOT NULL, bits BLOB NOT NULL, ids TEXT NOT NULL) STRICT;
`;

export class Billing {
  private readonly bills = new Map<string, Bill>();

  constructor(private readonly world: World) {
    world.store.db.exec(SCHEMA);
    world.store.onRestore(() => this.bills.clear());
  }

  posts(call: Call, client: string, kind: string, posts: readonly BilledPost[], now: number): void {
    let fresh = 0;
    for (const post of posts) {
      const bill = this.bill(`${client} ${kind} ${post.author}`, now);
      if (post.index === undefined ? this.addId(bill, post.id) : this.addBit(bill, post.index)) fresh += 1;
    }
    call.billed = { posts: (call.billed?.posts ?? 0) + fresh, users: call.billed?.users ?? 0 };
    charge(call, fresh * prices.post);
  }

  users(call: Call, client: string, kind: string, ids: readonly string[], now: number): void {
    const bill = this.bill(`${client} ${kind} users`, now);
    const fresh = ids.filter((id) => this.addId(bill, id)).length;
    call.billed = { posts: call.billed?.posts ?? 0, users: (call.billed?.users ?? 0) + fresh };
    charge(call, fresh * prices.user);
  }

  flush(): void {
    for (const [key, bill] of this.bills) {
      if (!bill.dirty) continue;
      bill.dirty = false;
      this.world.store
        .sql('INSERT OR REPLACE INTO x_billed (bill, day, bits, ids) VALUES (?, ?, ?, ?)')
        .run(key, bill.day, bill.bits, JSON.stringify([...bill.ids]));
    }
  }

  /** The day's bill of one client, endpoint kind and author. Another day starts an empty one: a bill never spans two. */
  private bill(key: string, now: number): Bill {
    const day = new Date(now).toISOString().slice(0, 10);
    if (this.bills.size > mostInMemory) {
      this.flush();
      this.bills.clear();
    }
    let bill = this.bills.get(key) ?? this.load(key);
    if (!bill || bill.day !== day) bill = { day, bits: new Uint8Array(0), ids: new Set(), dirty: true };
    this.bills.set(key, bill);
    return bill;
  }

  private load(key: string): Bill | undefined {
    const row = this.world.store.sql('SELECT * FROM x_billed WHERE bill = ?').get(key);
    if (!row) return undefined;
    return {
      day: String(row['day']),
      bits: row['bits'] as Uint8Array,
      ids: new Set(JSON.parse(String(row['ids'])) as string[]),
      dirty: false,
    };
  }

  private addId(bill: Bill, id: string): boolean {
    if (bill.ids.has(id)) return false;
    bill.ids.add(id);
    bill.dirty = true;
    return true;
  }

  private addBit(bill: Bill, index: number): boolean {
    const at = index >> 3;
    if (at >= bill.bits.length) {
      const grown = new Uint8Array(Math.max(16, at * 2));
      grown.set(bill.bits);
      bill.bits = grown;
    }
    const byte = bill.bits[at] ?? 0;
    const bit = 1 << (index & 7);
    if (byte & bit) return false;
    bill.bits[at] = byte | bit;
    bill.dirty = true;
    return true;
  }
}
