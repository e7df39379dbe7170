/** Keys, rings and places for the tests of sealing. */
import type { Place } from '@application/ports/vault.js';
import { AesGcmVault } from '@infrastructure/vault/aes-gcm-vault.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { keyText } from '../../support/encryption-key.js';

export { keyText };

export const ring = (...keys: readonly [id: string, fill: number][]): KeyRing =>
  KeyRing.parse(keys.map(([id, fill]) => `${id}:${keyText(fill)}`).join(','));

export const vault = (...keys: readonly [id: string, fill: number][]): AesGcmVault => new AesGcmVault(ring(...keys));

export const PLACE: Place = {
  table: 'credential',
  column: 'access_token',
  rowId: '019a0000-0000-7000-8000-000000000001',
  orgId: 'org_acme',
  provider: 'x',
};
