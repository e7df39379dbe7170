/** The port of encryption at rest: a secret is sealed for one place, and opens in no other. */
import { DomainError } from '@domain/errors.js';
import type { ProviderName } from '@domain/platform.js';

/** Every column that holds something sealed. A new one is added here, and the rotation of keys then does not compile without it. */
export interface SealedColumns {
  readonly credential: 'access_token' | 'refresh_token';
  readonly account_grant: 'token';
  readonly oauth_attempt: 'code_verifier';
  readonly revocation: 'access_token' | 'refresh_token';
  readonly replaced_credential: 'access_token' | 'refresh_token';
  readonly exchanged_grant: 'access_token' | 'refresh_token';
  readonly waiting_grant: 'access_token' | 'refresh_token';
}

/** The place a secret is stored at. It is authenticated with the ciphertext, so that a copied one does not open. */
export type Place = { [Table in keyof SealedColumns]: PlaceIn<Table> }[keyof SealedColumns];

interface PlaceIn<Table extends keyof SealedColumns> {
  readonly table: Table;
  readonly column: SealedColumns[Table];
  readonly rowId: string;
  readonly orgId: string;
  readonly provider: ProviderName;
}

/** @see AesGcmVault */
export abstract class Vault {
  /** A self-describing envelope, `v1.<key id>.<iv>.<tag>.<ciphertext>`. */
  abstract seal(plaintext: string, place: Place): string;
  /** @throws CredentialUnreadable for a wrong key, another place, or a single flipped bit */
  abstract open(envelope: string, place: Place): string;
}

/**
 * Codes that cannot be guessed, derived from the text that they stand for.
 * @see DerivedCodes
 */
export abstract class Codes {
  /** 43 characters of base64url, one for each key of the ring; the first is the one to use. */
  abstract of(purpose: string, text: string): readonly string[];
}

/** A wrong or missing key, a copied or damaged envelope. It discloses nothing of the content. */
export class CredentialUnreadable extends DomainError {
  constructor() {
    super('conflict', 'A stored credential cannot be read. Reconnect.');
  }
}

/** For a secret whose loss is no error: null where it cannot be read any more. */
export function openOrNull<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof CredentialUnreadable) return null;
    throw error;
  }
}
