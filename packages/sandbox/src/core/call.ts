/** The context of one call to a provider path: platforms fill it in, the ledger keeps it. */
import type { FastifyRequest } from 'fastify';
import type { PlatformName } from './platform-name.js';

export interface BilledReads {
  posts: number;
  users: number;
}

export interface Call {
  platform: PlatformName;
  startedAt: number;
  /** The person and the app the call was made for, as far as they are known. */
  person?: string;
  client?: string;
  /** The token that authenticated the call, raw. */
  token?: string;
  /** Posts, media, containers… this call created. */
  created: string[];
  /** Tokens issued by this call, raw. */
  issued: string[];
  /** What the provider would put on the bill, in its own terms. */
  billed?: BilledReads;
  /** US dollars this call would cost. */
  cost?: number;
  /** Remarks that a test may look for: `rotated`, `grace`, `family_killed`, `cascade`. */
  notes: string[];
  /** The effect of the fault rule that touched this call. */
  fault?: string;
  /** Set once written, so that a fault and the normal end don't both record. */
  recorded: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Only on the platforms' own paths; elsewhere null. */
    call: Call | null;
  }
}

export function beginCall(platform: PlatformName): Call {
  return { platform, startedAt: Date.now(), created: [], issued: [], notes: [], recorded: false };
}

/** The call of a request on a platform's path. */
export function callOf(request: FastifyRequest): Call {
  if (!request.call) throw new Error('not a call to a platform');
  return request.call;
}

/** The token of an `Authorization: Bearer` header. The scheme's name is case-insensitive (RFC 9110 §11.1). */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
