/** Encryption at rest: what is sealed for one place opens in no other. */
import { DomainError } from '@domain/errors.js';
import type { ProviderName } from '@domain/platform.js';

/** The place a secret is stored at. It is authenticated with the ciphertext, so that a copied one does not open. */
export interface Place {
  readonly table: 'credential' | 'account_grant' | 'oauth_attempt' | 'revocation';
  readonly column: string;
  readonly rowId: string;
  readonly orgId: string;
  readonly provider: ProviderName;
}

export abstract class Vault {
  /** A self-describing envelope, `v1.<key id>.<iv>.<tag>.<ciphertext>`. */
  abstract seal(plaintext: string, place: Place): string;
  /** Throws `CredentialUnreadable` for a wrong key, another place, or a single flipped bit. */
  abstract open(envelope: string, place: Place): string;
}

/** A wrong or missing key, a copied or damaged envelope. Says nothing of its content. */
export class CredentialUnreadable extends DomainError {
  constructor() {
    super('conflict', 'A stored credential cannot be read. Reconnect.');
  }
}
