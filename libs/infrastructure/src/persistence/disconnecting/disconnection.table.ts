/** Stores the receipts of disconnects. */
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Disconnections, type DisconnectionReceipt } from '@application/disconnecting/ports.js';
import type { ConnectionId, OrgId } from '@domain/ids.js';
import { Database } from '../database.js';

@Injectable()
export class PostgresDisconnections extends Disconnections {
  constructor(private readonly database: Database) {
    super();
  }

  override async add(receipt: DisconnectionReceipt): Promise<void> {
    await this.database.inside(sql`
      insert into app.disconnection (id, org_id, connection_id, provider, display_name, requested_by, profiles_removed,
        profiles_passed_on, runs_canceled, posts_kept)
      values (${receipt.id}, ${receipt.orgId}, ${receipt.connectionId}, ${receipt.provider}, ${receipt.displayName},
        ${receipt.requestedBy}, ${receipt.profilesRemoved}, ${receipt.profilesPassedOn}, ${receipt.runsCanceled},
        ${receipt.postsKept})`);
  }

  override async exists(connectionId: ConnectionId, orgId: OrgId): Promise<boolean> {
    const rows = await this.database.inside(sql`
      select 1 from app.disconnection where org_id = ${orgId} and connection_id = ${connectionId}`);
    return rows.length > 0;
  }
}
