/** Lists the handlers and services of this folder. */
import { DiscoveredAccounts } from './discovered-accounts.js';
import { GrantDiscovery } from './discovery.js';
import { DispatchDueChecksHandler } from './dispatch-due-checks.js';
import { ProfileHandover } from './profile-handover.js';
import { RecheckConnectionHandler } from './recheck-connection.js';
import { RequestCheckHandler } from './request-check.js';
import { WaitingCalls } from './waiting-calls.js';

export const handlers = [DispatchDueChecksHandler, RecheckConnectionHandler, RequestCheckHandler];

/** Collaborators that several verbs share. */
export const services = [DiscoveredAccounts, GrantDiscovery, ProfileHandover, WaitingCalls];
