/** Verifies Meta's `signed_request`: two base64url parts, the first an HMAC-SHA256 of the second as it was sent. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { SignedRequestInvalid, SignedRequests, type CallbackRequest } from '@application/meta-callbacks/ports.js';

const BASE64URL = /^[A-Za-z0-9_-]+$/;
const MAC_BYTES = 32;
/** No id and no time of Meta's is longer. */
const LONGEST = 4_096;

const personId = z.string().regex(/^(?:0+|\d{3,30})$/);
const pageId = z.string().regex(/^\d{1,30}$/);
const payload = z.object({
  algorithm: z.literal('HMAC-SHA256'),
  issued_at: z.number().int().positive().max(99_999_999_999),
  /** Zero, as a number or as text, where a Page and not a person removed the app. */
  user_id: z.union([personId, z.literal(0)]).optional(),
  profile_id: pageId.optional(),
});

/** docs/providers/meta.md, "Deauthorize and data-deletion callbacks". */
export class MetaSignedRequests extends SignedRequests {
  /** @param secrets the app's, and the one before it while it is being changed */
  constructor(private readonly secrets: readonly string[]) {
    super();
  }

  override read(signedRequest: string): Omit<CallbackRequest, 'kind'> {
    const [signature = '', encoded = '', ...rest] = signedRequest.slice(0, LONGEST + 1).split('.');
    if (signedRequest.length > LONGEST || rest.length > 0 || !BASE64URL.test(signature) || !BASE64URL.test(encoded)) {
      throw new SignedRequestInvalid();
    }
    const mac = Buffer.from(signature, 'base64url');
    // Every secret is compared, also after a match, and in constant time.
    const signed = this.secrets.map((secret) => isMac(mac, createHmac('sha256', secret).update(encoded).digest()));
    if (!signed.includes(true)) throw new SignedRequestInvalid();

    const parsed = payload.safeParse(parse(encoded));
    if (!parsed.success) throw new SignedRequestInvalid();
    const { user_id: user, profile_id: profile, issued_at: issuedAt } = parsed.data;
    const externalUserId = typeof user === 'string' && !/^0+$/.test(user) ? user : null;
    if (externalUserId === null && profile === undefined) throw new SignedRequestInvalid();
    return {
      externalUserId,
      profileExternalId: externalUserId === null ? profile! : null,
      issuedAt: new Date(issuedAt * 1_000),
    };
  }
}

function isMac(given: Buffer, expected: Buffer): boolean {
  return given.length === MAC_BYTES && timingSafeEqual(given, expected);
}

function parse(encoded: string): unknown {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
