/** Recognises a restored copy of the database, which has the same tokens as the original, by the place where it runs. */
import { Logger } from '@nestjs/common';
import { connectTo } from '../database/database-client.js';

interface Place {
  readonly public_url: string | null;
  readonly server: string | null;
}

/** Stores the place, and warns once where it is another than before. */
export async function rememberPlace(databaseUrl: string, publicUrl: string): Promise<void> {
  const client = await connectTo(databaseUrl);
  try {
    // A restored dump has another server, a copied data directory another PUBLIC_URL.
    const { rows } = await client.query<Place & { readonly here: string }>(
      `with here as (
         select system_identifier || '/' || d.oid as server from pg_control_system(), pg_database d
         where d.datname = current_database()
       ), before as (select public_url, server from app.deployment for update)
       update app.deployment set public_url = $1, server = here.server from here, before
       returning before.public_url, before.server, here.server as here`,
      [publicUrl],
    );
    const [{ public_url, server, here }] = rows as [(typeof rows)[0]];
    if (public_url === null || (public_url === publicUrl && server === here)) return;
    new Logger('Database').warn(
      { was: { public_url, server }, is: { public_url: publicUrl, server: here } },
      'This database ran elsewhere before. Where it is a copy of one that still runs, both have the same tokens, and a token that one renews or revokes is invalid for the other: see docs/operations/database.md.',
    );
  } finally {
    await client.end();
  }
}
