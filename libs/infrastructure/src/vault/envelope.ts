/** The sealed form of a secret: `v1.<key id>.<iv>.<tag>.<ciphertext>`, AES-256-GCM with a fresh 96-bit IV for each seal. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface NamedKey {
  readonly id: string;
  readonly key: Buffer;
}

/** @param where the place that the envelope is bound to, besides the key's id */
export function sealEnvelope(plaintext: string, { id, key }: NamedKey, where: readonly string[]): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(where, id));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return [VERSION, id, text(iv), text(cipher.getAuthTag()), text(ciphertext)].join('.');
}

/**
 * @param keyOf the key of an id; none where it is not in the ring
 * @returns null for a wrong or missing key, another place, or a single flipped bit
 */
export function openEnvelope(
  envelope: string,
  keyOf: (id: string) => Buffer | undefined,
  where: readonly string[],
): string | null {
  const [version, keyId = '', ivText = '', tagText = '', ciphertextText = '', ...rest] = envelope.split('.');
  const key = keyOf(keyId);
  const iv = bytes(ivText);
  const tag = bytes(tagText);
  const ciphertext = bytes(ciphertextText);
  if (version !== VERSION || rest.length > 0 || key === undefined || iv?.length !== IV_BYTES || !ciphertext)
    return null;
  // A shorter tag would be accepted as a weaker one.
  if (tag?.length !== TAG_BYTES) return null;
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(where, keyId));
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** None of the parts can contain the separator: ids are UUIDs, organisations `[A-Za-z0-9_-]`, hashes base64url. */
function associatedData(where: readonly string[], keyId: string): Buffer {
  return Buffer.from([VERSION, ...where, keyId].join('|'));
}

function text(value: Buffer): string {
  return value.toString('base64url');
}

/** Only the canonical encoding: else bits that decoding ignores could be changed unnoticed. */
function bytes(value: string): Buffer | null {
  const decoded = Buffer.from(value, 'base64url');
  return decoded.toString('base64url') === value ? decoded : null;
}
