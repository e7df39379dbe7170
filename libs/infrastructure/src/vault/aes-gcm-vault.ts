/** AES-256-GCM with a fresh 96-bit IV for each seal; the place of a secret is authenticated with it. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CredentialUnreadable, Vault, type Place } from '@application/ports/vault.js';
import type { KeyRing } from './key-ring.js';

const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export class AesGcmVault extends Vault {
  constructor(private readonly ring: KeyRing) {
    super();
  }

  override seal(plaintext: string, place: Place): string {
    const keyId = this.ring.primary;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.ring.get(keyId)!, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(associatedData(place, keyId));
    const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
    return [VERSION, keyId, text(iv), text(cipher.getAuthTag()), text(ciphertext)].join('.');
  }

  override open(envelope: string, place: Place): string {
    const [version, keyId = '', ivText = '', tagText = '', ciphertextText = '', ...rest] = envelope.split('.');
    const key = this.ring.get(keyId);
    const iv = bytes(ivText);
    const tag = bytes(tagText);
    const ciphertext = bytes(ciphertextText);
    if (version !== VERSION || rest.length > 0 || key === undefined || iv?.length !== IV_BYTES || !ciphertext) {
      throw new CredentialUnreadable();
    }
    // A shorter tag would be accepted as a weaker one.
    if (tag?.length !== TAG_BYTES) throw new CredentialUnreadable();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(associatedData(place, keyId));
      decipher.setAuthTag(tag);
      return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
    } catch {
      throw new CredentialUnreadable();
    }
  }
}

/** None of the parts can contain the separator: ids are UUIDs, organisations `[A-Za-z0-9_-]`, hashes base64url. */
function associatedData({ table, column, rowId, orgId, provider }: Place, keyId: string): Buffer {
  return Buffer.from([VERSION, table, column, rowId, orgId, provider, keyId].join('|'));
}

function text(value: Buffer): string {
  return value.toString('base64url');
}

/** Only the one canonical spelling: else bits that decoding ignores could be flipped unnoticed. */
function bytes(value: string): Buffer | null {
  const decoded = Buffer.from(value, 'base64url');
  return decoded.toString('base64url') === value ? decoded : null;
}
