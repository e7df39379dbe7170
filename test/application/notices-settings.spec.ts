// The settings of mail and pictures: both or none, of the right form, and for the real thing only.
import { expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Config } from '../../apps/api/src/config/config.js';
import { ConfigInvalid } from '../../apps/api/src/config/setting.js';
import { apiSettings } from '../support/processes.js';

const REAL: Readonly<Record<string, string>> = {
  ...apiSettings('postgres://user@127.0.0.1/database', 'http://127.0.0.1:4100'),
  PUBLIC_URL: 'https://connections.test',
};

function read(more: Record<string, string>): Config | readonly string[] {
  try {
    return readConfig({ ...REAL, ...more });
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

it('without them there is no mail, and pictures come from the providers alone', () => {
  expect(read({ PICTURE_ORIGINS: '' })).toMatchObject({ mail: null, pictureOrigins: [] });
});

it.each([
  ['smtps://user:p%40ss@mail.test:465', 'Social Connections <notices@connections.test>'],
  ['smtp://mail.test', 'notices@connections.test'],
  ['smtp://127.0.0.1:1025', 'a.b+c@connections.test'],
])('%s and %s are taken as they are', (url, from) => {
  expect(read({ SMTP_URL: url, MAIL_FROM: from })).toMatchObject({ mail: { url, from } });
});

it.each<[string, Record<string, string>, RegExp]>([
  ['a server without a sender', { SMTP_URL: 'smtp://mail.test' }, /^MAIL_FROM is missing/],
  ['a sender without a server', { MAIL_FROM: 'a@b.test' }, /^SMTP_URL is missing/],
  ['a web address', { SMTP_URL: 'https://mail.test', MAIL_FROM: 'a@b.test' }, /^SMTP_URL has to be/],
  ['a path behind the server', { SMTP_URL: 'smtp://mail.test/x', MAIL_FROM: 'a@b.test' }, /^SMTP_URL has to be/],
  ['two senders', { SMTP_URL: 'smtp://mail.test', MAIL_FROM: 'a@b.test, c@d.test' }, /^MAIL_FROM has to be/],
  [
    'a line break in the sender',
    { SMTP_URL: 'smtp://mail.test', MAIL_FROM: 'A\r\nBcc: x <a@b.test>' },
    /^MAIL_FROM has to be/,
  ],
  ['an origin with a path', { PICTURE_ORIGINS: 'https://pictures.test/x' }, /^PICTURE_ORIGINS has to be an origin/],
  ['an origin without TLS', { PICTURE_ORIGINS: 'http://pictures.test' }, /^PICTURE_ORIGINS has to be an https URL/],
])('%s is named as a problem, without its value', (_, more, problem) => {
  const problems = read(more);
  expect(problems).toEqual([expect.stringMatching(problem)]);
  expect(JSON.stringify(problems)).not.toMatch(/mail\.test|b\.test|pictures\.test/);
});

it.each(['SMTP_URL', 'MAIL_FROM', 'PICTURE_ORIGINS'])('%s does not make a demo the real thing: it is named', (name) => {
  const folder = mkdtempSync(join(tmpdir(), 'social-connections-test-'));
  writeFileSync(
    join(folder, 'demo.json'),
    JSON.stringify({
      databaseUrl: REAL['DATABASE_URL'],
      encryptionKeys: REAL['ENCRYPTION_KEYS'],
      sandboxOrigin: 'http://127.0.0.1:4100',
      publicUrl: 'http://127.0.0.1:4000',
    }),
  );
  try {
    expect(readConfig({ DATA_DIR: folder })).toMatchObject({ mail: null, pictureOrigins: ['http://127.0.0.1:4100'] });
    expect(() => readConfig({ DATA_DIR: folder, [name]: 'anything' })).toThrow(`${name} is for a real deployment`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
