/** Many callers at once on raw connections: the naive variants of a verb are shown to go wrong. */
import { Client } from 'pg';

/** No caller goes on until all have arrived: the worst moment, each time. */
export class Barrier {
  private arrived = 0;
  private readonly all = Promise.withResolvers<void>();

  constructor(private readonly expected: number) {}

  async wait(): Promise<void> {
    this.arrived += 1;
    if (this.arrived === this.expected) this.all.resolve();
    await this.all.promise;
  }
}

/** Runs `hand` on as many connections at once, each in a transaction of its own; answers what each came to. */
export async function race<T>(
  databaseUrl: string,
  hands: number,
  hand: (client: Client, n: number, barrier: Barrier) => Promise<T>,
): Promise<T[]> {
  const barrier = new Barrier(hands);
  return Promise.all(
    Array.from({ length: hands }, async (_, n) => {
      const client = new Client({ connectionString: databaseUrl });
      await client.connect();
      try {
        await client.query('begin');
        const result = await hand(client, n, barrier);
        await client.query('commit');
        return result;
      } finally {
        await client.end();
      }
    }),
  );
}
