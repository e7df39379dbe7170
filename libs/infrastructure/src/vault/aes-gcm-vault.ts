/** Seals with the ring's primary key and opens with any; the place of a secret is authenticated with it. */
import { CredentialUnreadable, Vault, type Place } from '@application/ports/vault.js';
import { openEnvelope, sealEnvelope } from './envelope.js';
import type { KeyRing } from './key-ring.js';

export class AesGcmVault extends Vault {
  constructor(private readonly ring: KeyRing) {
    super();
  }

  override seal(plaintext: string, place: Place): string {
    return sealEnvelope(plaintext, this.ring.primary, parts(place));
  }

  override open(envelope: string, place: Place): string {
    const plaintext = openEnvelope(envelope, (id) => this.ring.get(id), parts(place));
    if (plaintext === null) throw new CredentialUnreadable();
    return plaintext;
  }
}

function parts({ table, column, rowId, orgId, provider }: Place): readonly string[] {
  return [table, column, rowId, orgId, provider];
}
