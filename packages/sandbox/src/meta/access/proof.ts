/** appsecret_proof in both forms that Meta documents, and the signed_request of its callbacks (docs/providers/meta.md, "appsecret_proof" and "signed_request"). */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { invalidParameter } from '../contract/errors.js';

/** The time-stamped form is good for five minutes around now. */
const PROOF_LIFE_SECONDS = 300;

export interface ProofGiven {
  readonly proof: string | undefined;
  readonly time: string | undefined;
}

/**
 * Demands a valid proof where one is sent, and one at all where the app requires it.
 * A wrong proof is refused also when none is required, as the real service does.
 */
export function checkProof(given: ProofGiven, token: string, secret: string, required: boolean, nowMs: number): void {
  if (given.proof === undefined) {
    if (required) throw plain('API calls from the server require an appsecret_proof argument');
    return;
  }
  const message = given.time === undefined ? token : `${token}|${given.time}`;
  const fresh =
    given.time === undefined ||
    (/^\d{1,12}$/.test(given.time) && Math.abs(Number(given.time) - nowMs / 1000) <= PROOF_LIFE_SECONDS);
  if (!fresh || !sameText(given.proof, createHmac('sha256', secret).update(message).digest('hex'))) {
    throw plain('Invalid appsecret_proof provided in the API argument');
  }
}

/** Seen live without the `(#100)` that other parameter errors carry. */
const plain = (message: string) => {
  const error = invalidParameter(message);
  error.message = message;
  return error;
};

const sameText = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

export interface SignedPayload {
  readonly user_id: string | number;
  readonly profile_id?: string;
  readonly issued_at: number;
  readonly expires?: number;
}

/** `base64url(HMAC-SHA256(secret, encoded payload)).base64url(payload)`, both without padding. */
export function signRequest(payload: SignedPayload, secret: string): string {
  const encoded = Buffer.from(JSON.stringify({ algorithm: 'HMAC-SHA256', ...payload })).toString('base64url');
  return `${createHmac('sha256', secret).update(encoded).digest('base64url')}.${encoded}`;
}
