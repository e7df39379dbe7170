/** Meta repeats a request while our keys are changed: the person's confirmation code stays the one that was given. */
import { expect, it } from '@jest/globals';
import { ReceiveCallback, ReceiveCallbackHandler } from '@application/meta-callbacks/receive-callback.js';
import { MetaSignedRequests } from '@infrastructure/meta/signed-requests.js';
import { PostgresProviderCallbacks } from '@infrastructure/persistence/meta-callbacks/provider-callback.table.js';
import { Sha256 } from '@infrastructure/system/system.js';
import { DerivedCodes } from '@infrastructure/vault/derived-codes.js';
import { KeyRing } from '@infrastructure/vault/key-ring.js';
import { keyText } from '../../support/encryption-key.js';
import { deletionOf, SECRET } from '../../faults/support/signed.js';
import { useStores } from '../support/store.js';

const stores = useStores();

it('WH-03 the same request has one code before, during and after a change of keys, and another request another', async () => {
  const { work, database, jobs, random } = await stores.store();
  const codeUnder = async (keys: string, request: string): Promise<string> => {
    const [signatures, callbacks] = [new MetaSignedRequests([SECRET]), new PostgresProviderCallbacks(database)];
    const codes = new DerivedCodes(KeyRing.parse(keys));
    const handler = new ReceiveCallbackHandler(work, signatures, callbacks, jobs, codes, new Sha256(), random);
    return (await handler.execute(new ReceiveCallback('data_deletion', request))).code;
  };
  const [k1, k2] = [`k1:${keyText(7)}`, `k2:${keyText(8)}`];
  const [first, second] = [deletionOf('1234567'), deletionOf('7654321')];
  const given = await codeUnder(k1, first);
  expect(await codeUnder(`${k1},${k2}`, first)).toBe(given);
  expect(await codeUnder(`${k2},${k1}`, first)).toBe(given);

  const later = await codeUnder(`${k2},${k1}`, second);
  expect(later).not.toBe(given);
  // A process that has not been restarted yet still seals with the old one.
  expect(await codeUnder(`${k1},${k2}`, second)).toBe(later);
  expect(await codeUnder(k2, second)).toBe(later);
  expect(jobs.sent).toHaveLength(2);
});
