/** A copy of a database that runs elsewhere is recognised. */
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { createDatabase, type TestDatabase } from '../../support/databases.js';
import { connectTo } from '@infrastructure/database/database-client.js';
import { rememberPlace } from '@infrastructure/persistence/place.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

it('OB-15 a database that was last run elsewhere, by its server or its address, is warned of once', async () => {
  const said = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  const warnings = async (publicUrl: string): Promise<number> => {
    said.mockClear();
    await rememberPlace(database.directUrl, publicUrl);
    return said.mock.calls.length;
  };
  expect(await warnings('https://one.example')).toBe(0);
  expect(await warnings('https://one.example')).toBe(0);
  expect(await warnings('https://two.example')).toBe(1);
  expect(await warnings('https://two.example')).toBe(0);
  // As a dump that was restored on another server would have it.
  const client = await connectTo(database.directUrl);
  await client.query(`update app.deployment set server = '7000000000000000000/5'`);
  await client.end();
  expect(await warnings('https://two.example')).toBe(1);
});
