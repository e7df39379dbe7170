// Meta's signed requests as Meta would make them, and as somebody else might.
import { createHmac } from 'node:crypto';
import type { Json } from '../../support/api-client.js';

export const SECRET = 'sandbox-meta-secret';

export const seconds = (ms = Date.now()): number => Math.floor(ms / 1_000);

export function signed(payload: unknown, { secret = SECRET, hash = 'sha256' } = {}): string {
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return `${createHmac(hash, secret).update(encoded).digest('base64url')}.${encoded}`;
}

export const request = (more: Record<string, unknown>): Record<string, unknown> => ({
  algorithm: 'HMAC-SHA256',
  issued_at: seconds(),
  ...more,
});

export const deletionOf = (person: string, more: Record<string, unknown> = {}): string =>
  signed(request({ user_id: person, ...more }));

export async function post(
  origin: string,
  kind: 'deauthorize' | 'data-deletion',
  signedRequest: string,
): Promise<{ status: number; body: Json }> {
  const response = await fetch(`${origin}/webhooks/meta/${kind}`, {
    method: 'POST',
    body: new URLSearchParams({ signed_request: signedRequest }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}
