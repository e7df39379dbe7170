/** Lists the handlers and services of this folder. */
import { AcceptConnectHandler } from './accept-connect.js';
import { Askers } from './askers.js';
import { Attempts } from './attempts.js';
import { BrowserMismatchLog } from './browser-mismatch-log.js';
import { CancelConnectHandler } from './cancel-connect.js';
import { ContinueConnectHandler } from './continue-connect.js';
import { DeclineConnectHandler } from './decline-connect.js';
import { DiscoverProfilesHandler } from './discover-profiles.js';
import { ExchangedGrantStore } from './exchanged-grant-store.js';
import { ExpireSessionsHandler } from './expire-sessions.js';
import { FinishConnectHandler } from './finish-connect.js';
import { GrantIntake } from './grant-intake.js';
import { GrantLocks } from './grant-locks.js';
import { GrantPlacement } from './grant-placement.js';
import { GrantDisposal } from './grant-disposal.js';
import { GrantSettlement } from './grant-settlement.js';
import { PruneSessionsHandler } from './prune-sessions.js';
import { ResumeDiscoveriesHandler } from './resume-discoveries.js';
import { RevokePendingGrantsHandler } from './revoke-pending-grants.js';
import { SessionFailures } from './session-failures.js';
import { SettleGrantsHandler } from './settle-grants.js';
import { StartConnectHandler } from './start-connect.js';
import { WithdrawConnectHandler } from './withdraw-connect.js';

export const handlers = [
  AcceptConnectHandler,
  CancelConnectHandler,
  ContinueConnectHandler,
  DeclineConnectHandler,
  DiscoverProfilesHandler,
  ExpireSessionsHandler,
  FinishConnectHandler,
  PruneSessionsHandler,
  ResumeDiscoveriesHandler,
  RevokePendingGrantsHandler,
  SettleGrantsHandler,
  StartConnectHandler,
  WithdrawConnectHandler,
];

/** Collaborators that several verbs share. */
export const services = [
  Askers,
  Attempts,
  BrowserMismatchLog,
  ExchangedGrantStore,
  GrantIntake,
  GrantLocks,
  GrantPlacement,
  GrantDisposal,
  GrantSettlement,
  SessionFailures,
];
