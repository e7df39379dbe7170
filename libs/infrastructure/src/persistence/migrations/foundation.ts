/** The one migration until the first release: every table, feature by feature. After the release it does not change, and others follow it. */
import { Migration } from '@mikro-orm/migrations';
import { APPEND_ONLY, AUDIT } from './foundation/audit.js';
import { CONNECT_SESSIONS } from './foundation/connect-sessions.js';
import { CONNECTIONS } from './foundation/connections.js';
import { CREDENTIALS } from './foundation/credentials.js';
import { DEPLOYMENT } from './foundation/deployment.js';
import { DISCONNECTING } from './foundation/disconnecting.js';
import { LEAVING } from './foundation/leaving.js';
import { NOTICES } from './foundation/notices.js';
import { ORGANISATIONS } from './foundation/organisations.js';
import { PICTURES } from './foundation/pictures.js';
import { PROFILES } from './foundation/profiles.js';
import { SYNC } from './foundation/sync.js';

/*
 * Keys: a tenant's table has org_id, and a foreign key between two of them carries it on both sides, so that no row can
 * point into another organisation whatever the code does. Foreign keys are checked at commit: the ORM then need not
 * know the order of inserts. Work that outlives its process has tries, next_at and sent_at: docs/durable-work.md.
 */
const FEATURES = [
  DEPLOYMENT,
  ORGANISATIONS,
  CONNECTIONS,
  CREDENTIALS,
  PROFILES,
  CONNECT_SESSIONS,
  SYNC,
  DISCONNECTING,
  NOTICES,
  PICTURES,
  LEAVING,
  AUDIT,
  APPEND_ONLY,
];

export class Foundation extends Migration {
  override up(): void {
    for (const feature of FEATURES) this.addSql(feature);
  }
}
