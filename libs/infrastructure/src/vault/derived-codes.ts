/** Derives codes that cannot be guessed and that every process can derive again: an HMAC under a key of the ring. */
import { createHmac } from 'node:crypto';
import { Codes } from '@application/ports/vault.js';
import type { KeyRing } from './key-ring.js';

export class DerivedCodes extends Codes {
  constructor(private readonly ring: KeyRing) {
    super();
  }

  override of(purpose: string, text: string): readonly string[] {
    return this.ring.derive(`code ${purpose}`).map((key) => createHmac('sha256', key).update(text).digest('base64url'));
  }
}
