// Each setting of the real thing: what is missing or wrong is said by name, and no value is repeated.
import { describe, expect, it } from '@jest/globals';
import { good, problemsOf } from './good-settings.js';

const DATABASE_URL = 'postgres://app@127.0.0.1/app';
const NO_PROVIDER = Object.fromEntries(
  Object.keys(good(''))
    .filter((name) => /^(META|X)_/.test(name))
    .map((name) => [name, '']),
);

describe('a setting that is missing or wrong is named', () => {
  it('good ones are taken', () => expect(problemsOf(good(DATABASE_URL))).toEqual([]));

  it.each([
    'DATABASE_URL',
    'PUBLIC_URL',
    'ENCRYPTION_KEYS',
    'ISSUER',
    'AUDIENCE',
    'SERVICE_CLIENTS',
    'META_APP_SECRET',
    'X_CLIENT_ID',
  ])('%s is missing', (name) =>
    expect(problemsOf({ ...good(DATABASE_URL), [name]: '' })).toEqual([expect.stringContaining(`${name} is missing`)]),
  );

  it.each<[string, string, string]>([
    ['PORT', 'many', 'PORT'],
    ['PORT', '99999', 'PORT'],
    ['PORT', '0', 'PORT'],
    ['HOST', '300.1.1.1', 'HOST has to be an address'],
    ['DATABASE_URL', 'hunter2', 'DATABASE_URL has to be postgres://'],
    ['DATABASE_URL', 'mysql://user:hunter2@x/app', 'DATABASE_URL has to be postgres://'],
    ['DATABASE_URL', 'postgres://user:hunter2@x', 'DATABASE_URL has to be postgres://'],
    ['DATABASE_URL', 'postgres://user:1/hunter2@x/app', 'DATABASE_URL has to be postgres://'],
    ['DATABASE_URL', 'postgres://user:1#hunter2@x/app', 'DATABASE_URL has to be postgres://'],
    ['DATABASE_URL', 'postgres://user:100%hunter2@x/app', 'DATABASE_URL has to be postgres://'],
    ['ROLE', 'boss', 'ROLE has to be one of all, api, worker'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL'],
    ['PUBLIC_URL', 'ftp://127.0.0.1', 'PUBLIC_URL'],
    ['PUBLIC_URL', 'http://social.example', 'PUBLIC_URL has to be an https URL'],
    ['PUBLIC_URL', 'https://social.example/path', 'PUBLIC_URL has to be an origin'],
    ['PUBLIC_URL', 'https://user:hunter2@social.example', 'PUBLIC_URL'],
    ['ISSUER', 'http://issuer.example', 'ISSUER'],
    ['META_GRAPH_URL', 'http://graph.example', 'META_GRAPH_URL'],
    ['RETURN_ORIGINS', 'https://ok.example, javascript:alert(1)', 'RETURN_ORIGINS'],
    ['SERVICE_CLIENTS', '{', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '1', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '[]', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', 'null', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '"host-platform"', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":null}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"":{"scopes":["read"],"orgs":"*"}}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":"*","org":"b"}}', 'SERVICE_CLIENTS has to be JSON'],
    [
      'SERVICE_CLIENTS',
      '{"a":{"scopes":["read"],"orgs":"*"},"a":{"scopes":["connect"],"orgs":"*"}}',
      'each client and field once',
    ],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"scopes":["connect"],"orgs":"*"}}', 'each client and field once'],
    ['SERVICE_CLIENTS', '{"__proto__":{"scopes":["write"],"orgs":"*"}}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":"*","__proto__":{}}}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read","read"],"orgs":"*"}}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":["a b"]}}', 'SERVICE_CLIENTS has to be JSON'],
    ['SERVICE_PROOF', 'client-credentials', 'SERVICE_PROOF has to be <claim>=<value>'],
    ['SERVICE_PROOF', '=x', 'SERVICE_PROOF has to be <claim>=<value>'],
    ['TOKEN_MAX_AGE_SECONDS', 'forever', 'TOKEN_MAX_AGE_SECONDS has to be a whole number'],
    ['TOKEN_MAX_AGE_SECONDS', '0', 'TOKEN_MAX_AGE_SECONDS has to be a whole number'],
    ['CORS_ORIGINS', '*', 'CORS_ORIGINS has to be an https URL'],
    ['CORS_ORIGINS', 'https://app.example.com/path', 'CORS_ORIGINS has to be an origin'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["everything"],"orgs":"*"}}', 'SERVICE_CLIENTS'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":"*","name":" "}}', 'SERVICE_CLIENTS'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":"*","name":7}}', 'SERVICE_CLIENTS'],
    ['SERVICE_CLIENTS', '{"a":{"scopes":["read"],"orgs":["not an id!"]}}', 'SERVICE_CLIENTS'],
  ])('%s=%s', (name, value, words) => {
    const problems = problemsOf({ ...good(DATABASE_URL), [name]: value });
    expect(problems).toEqual([expect.stringContaining(words)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it.each(['PUBLIC_URL', 'ISSUER', 'META_GRAPH_URL', 'META_DIALOG_URL', 'X_API_URL', 'X_AUTHORIZE_URL'])(
    'http in production is refused, on loopback too: %s',
    (name) =>
      expect(problemsOf({ ...good(DATABASE_URL), NODE_ENV: 'production' })).toContainEqual(
        expect.stringContaining(`${name} has to be an https URL`),
      ),
  );

  it.each(['postgres:///app?host=/run/postgresql', 'postgresql://user:p%40ss@[::1]:5433/app?sslmode=require'])(
    'DATABASE_URL=%s is taken',
    (url) => expect(problemsOf(good(url))).toEqual([]),
  );

  it('a provider, where there is none', () => {
    expect(problemsOf({ ...good(DATABASE_URL), ...NO_PROVIDER })).toEqual([
      expect.stringContaining('No provider is set up'),
    ]);
  });

  it.each([
    ['META_CONFIG_ID', ['META_APP_ID', 'META_APP_SECRET']],
    ['META_SCOPES', ['META_APP_ID', 'META_APP_SECRET']],
    ['META_APP_SECRET_PREVIOUS', ['META_APP_ID', 'META_APP_SECRET']],
    ['META_GRAPH_URL', ['META_APP_ID', 'META_APP_SECRET']],
    ['META_DIALOG_URL', ['META_APP_ID', 'META_APP_SECRET']],
    ['META_GRAPH_VERSION', ['META_APP_ID', 'META_APP_SECRET']],
    ['X_SCOPES', ['X_CLIENT_ID', 'X_CLIENT_SECRET']],
    ['X_API_URL', ['X_CLIENT_ID', 'X_CLIENT_SECRET']],
    ['X_AUTHORIZE_URL', ['X_CLIENT_ID', 'X_CLIENT_SECRET']],
  ])('%s alone does not leave its provider off: the rest of it is missing', (name, rest) => {
    const other = name.startsWith('X') ? /^META/ : /^X/;
    const kept = Object.entries(good(DATABASE_URL)).filter(([each]) => other.test(each));
    const settings = { ...good(DATABASE_URL), ...NO_PROVIDER, ...Object.fromEntries(kept) };
    expect(problemsOf(settings)).toEqual([]);
    const value = name === 'META_GRAPH_VERSION' ? 'v27.0' : 'https://a.test';
    expect(problemsOf({ ...settings, [name]: value })).toEqual(
      rest.map((missing) => expect.stringContaining(`${missing} is missing`)),
    );
  });

  it.each(['X_CLIENT_SECRT', 'META_APP_SECRET_2'])('%s is none, and is named', (name) =>
    expect(problemsOf({ ...good(DATABASE_URL), [name]: 'hunter2' })).toEqual([
      expect.stringMatching(new RegExp(`^There is no setting ${name}: .*(X_CLIENT_SECRET|META_APP_SECRET)`)),
    ]),
  );
});
