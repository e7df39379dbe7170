/** What DATABASE_URL may say, and that a server over a network has to prove who it is. */
import { describe, expect, it } from '@jest/globals';
import { parseDatabaseUrl } from '@infrastructure/database/database-url.js';

const at = (hosts: string, query = '') => parseDatabaseUrl(`postgres://app:hunter%402@${hosts}/main${query}`);

describe('where', () => {
  it('one host, with a port or without', () => {
    expect(at('db.example:6432')).toMatchObject({
      hosts: [{ host: 'db.example', port: 6432 }],
      user: 'app',
      password: 'hunter@2',
      database: 'main',
    });
    expect(at('db.example').hosts).toEqual([{ host: 'db.example', port: 5432 }]);
    expect(at('[::1]:5433').hosts).toEqual([{ host: '::1', port: 5433 }]);
  });

  it('a socket, which needs no TLS', () =>
    expect(parseDatabaseUrl('postgres:///main?host=/run/postgresql')).toMatchObject({
      hosts: [{ host: '/run/postgresql', port: 5432 }],
      ssl: false,
    }));

  it('several hosts, in their order', () =>
    expect(at('one:1,two,[fd00::3]:3', '?target_session_attrs=read-write').hosts).toEqual([
      { host: 'one', port: 1 },
      { host: 'two', port: 5432 },
      { host: 'fd00::3', port: 3 },
    ]));
});

describe('TLS', () => {
  it.each(['127.0.0.1', '127.8.0.1:5433', 'localhost', '[::1]', 'localhost,127.0.0.1'])('none at %s', (hosts) =>
    expect(at(hosts).ssl).toBe(false),
  );

  it.each(['db.example', '10.0.0.5', 'localhost,db.example', '127.0.0.1.example', '128.0.0.1'])(
    'with the name checked at %s, unless the URL says otherwise',
    (hosts) => {
      expect(at(hosts).ssl).toMatchObject({ rejectUnauthorized: true });
      expect(at(hosts, '?sslmode=verify-full').ssl).toMatchObject({ rejectUnauthorized: true });
      expect(at(hosts, '?sslmode=disable').ssl).toBe(false);
      expect(at(hosts, '?sslmode=require').ssl).toMatchObject({ rejectUnauthorized: false });
    },
  );

  it('a CA is checked wherever it is named, at loopback too', () => {
    const ca = `sslrootcert=${encodeURIComponent(import.meta.filename)}`;
    expect(at('localhost', `?${ca}`).ssl).toMatchObject({ rejectUnauthorized: true, ca: expect.any(String) });
    for (const mode of ['require', 'verify-ca'])
      expect(at('db.example', `?sslmode=${mode}&${ca}`).ssl).toMatchObject({ rejectUnauthorized: true });
  });
});

it.each([
  ['postgres://app:pa#ss@host/main', /has to be postgres/],
  ['postgres://app:pa@ss@host/main', /has to be postgres/],
  ['postgres://app:pa/ss@host/main', /./],
  ['postgres://app:pa%ss@host/main', /has to be postgres/],
  ['postgres://host', /has to be postgres/],
  ['mysql://app@host/main', /has to be postgres/],
  ['postgres://app@host:99999/main', /host:port/],
  ['postgres://app@one:1,,two/main', /host:port/],
  ['postgres://app@host/main?sslmode=prefer', /sslmode/],
  ['postgres://app@host/main?sslmode=verify-ca', /sslrootcert/],
  ['postgres://app@host/main?sslrootcert=/nowhere/ca.pem', /ENOENT/],
  ['postgres://app@host/main?target_session_attrs=any', /target_session_attrs/],
  ['postgres://app@host/main?statement_timeout=5', /statement_timeout/],
])('%s is refused, and no word of it is repeated but the name of a parameter', (url, words) => {
  expect(() => parseDatabaseUrl(url)).toThrow(words);
  try {
    parseDatabaseUrl(url);
  } catch (error) {
    expect((error as Error).message).not.toMatch(/pa[#@/%]ss|\bapp\b/);
  }
});
