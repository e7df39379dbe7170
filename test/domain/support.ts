/** Given-values that many of the domain's tests start from. */
import type { ConnectionId, ConnectSessionId, OrgId, ProfileId, UserId } from '@domain/ids.js';

export const ORG = 'org_acme' as OrgId;
export const ADMIN = 'user-admin' as UserId;
export const CONNECTION = '019a0000-0000-7000-8000-000000000001' as ConnectionId;
export const OTHER_CONNECTION = '019a0000-0000-7000-8000-000000000002' as ConnectionId;
export const SESSION = '019a0000-0000-7000-8000-000000000003' as ConnectSessionId;

export const profileId = (n: number): ProfileId =>
  `019a0000-0000-7000-9000-${String(n).padStart(12, '0')}` as ProfileId;

export const NOON = new Date('2026-11-20T12:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const after = (from: Date, ms: number): Date => new Date(from.getTime() + ms);

/** What a rule threw: its code, or null where it let the step pass. */
export function codeOf(step: () => unknown): string | null {
  try {
    step();
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
