/** Meta's access tokens: signed strings that carry their own facts, so that a million of them take no memory. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export type TokenKind = 'USER' | 'PAGE' | 'SYSTEM_USER';

/** Times are unix seconds, as `debug_token` shows them; `expiresAt` 0 means never. */
export interface TokenFacts {
  readonly kind: TokenKind;
  readonly appId: string;
  readonly personId: string;
  /** Only for a Page token. */
  readonly pageId: string | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** A long-lived user token; what is derived from it has no expiry date. */
  readonly longLived: boolean;
  /** The grant this token came from: a revoked and renewed grant has another epoch, and its old tokens stay dead. */
  readonly grantEpoch: number;
  readonly passwordEpoch: number;
  readonly sessionEpoch: number;
}

const PREFIX = 'EAAM';
const MAC_LENGTH = 16;
const KINDS: readonly TokenKind[] = ['USER', 'PAGE', 'SYSTEM_USER'];

/** Not a secret that guards anything: it only keeps invented strings from parsing as tokens. */
const KEY = 'sandbox-meta-token';

export function sealToken(facts: TokenFacts): string {
  const payload = [
    KINDS.indexOf(facts.kind),
    facts.appId,
    facts.personId,
    facts.pageId ?? '',
    facts.issuedAt,
    facts.expiresAt,
    facts.longLived ? 1 : 0,
    facts.grantEpoch,
    facts.passwordEpoch,
    facts.sessionEpoch,
    randomBytes(6).toString('hex'),
  ].join('.');
  return PREFIX + mac(payload) + Buffer.from(payload).toString('base64url');
}

/** The facts inside a token, or undefined for anything that we did not seal. Says nothing about validity. */
export function openToken(token: string): TokenFacts | undefined {
  if (!token.startsWith(PREFIX) || token.length > 1000) return undefined;
  const payload = Buffer.from(token.slice(PREFIX.length + MAC_LENGTH), 'base64url').toString();
  const given = Buffer.from(token.slice(PREFIX.length, PREFIX.length + MAC_LENGTH));
  const expected = Buffer.from(mac(payload));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const parts = payload.split('.');
  const kind = KINDS[Number(parts[0])];
  const [, appId, personId, pageId] = parts;
  if (kind === undefined || appId === undefined || personId === undefined) return undefined;
  return {
    kind,
    appId,
    personId,
    pageId: pageId === '' ? undefined : pageId,
    issuedAt: Number(parts[4]),
    expiresAt: Number(parts[5]),
    longLived: parts[6] === '1',
    grantEpoch: Number(parts[7]),
    passwordEpoch: Number(parts[8]),
    sessionEpoch: Number(parts[9]),
  };
}

const mac = (payload: string): string =>
  createHmac('sha256', KEY).update(payload).digest('base64url').slice(0, MAC_LENGTH);
