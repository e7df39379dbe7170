// One jest project per folder of test/, and one for each package: those that need a database get a real PostgreSQL, those that run programs get them built.
import { existsSync } from 'node:fs';

const shared = {
  rootDir: import.meta.dirname,
  // Within the folder, so that nothing stays behind where the folder is removed.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2023',
          keepClassNames: true,
        },
        module: { type: 'es6' },
      },
    ],
  },
  moduleNameMapper: {
    '^@domain/(.*)\\.js$': '<rootDir>/libs/domain/src/$1',
    '^@application/(.*)\\.js$': '<rootDir>/libs/application/src/$1',
    '^@infrastructure/(.*)\\.js$': '<rootDir>/libs/infrastructure/src/$1',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/packages/sandbox/dist/', '<rootDir>/.data/'],
};

const setups = {
  nothing: {},
  database: {
    globalSetup: '<rootDir>/test/support/setup/global-setup.ts',
    globalTeardown: '<rootDir>/test/support/setup/global-teardown.ts',
  },
  programs: {
    globalSetup: '<rootDir>/test/support/setup/global-setup-built.ts',
    globalTeardown: '<rootDir>/test/support/setup/global-teardown.ts',
  },
  sharedWorld: {
    globalSetup: '<rootDir>/test/support/setup/global-setup-shared.ts',
    globalTeardown: '<rootDir>/test/support/setup/global-teardown.ts',
  },
};

const needs = {
  domain: setups.nothing,
  architecture: setups.nothing,
  sandbox: setups.nothing,
  application: setups.database,
  contract: setups.database,
  e2e: setups.sharedWorld,
  faults: setups.programs,
  start: setups.programs,
  install: setups.nothing,
};

/** Stories that mostly wait, start programs one after another, or move thousands of rows: left to `npm run check`. */
const SLOW = [
  'e2e/access/origins',
  'e2e/access/services',
  'e2e/audit/',
  'e2e/keys/',
  'e2e/meta-callbacks/data-deletion',
  'e2e/erasure/erasure.spec',
  'e2e/exports/',
  'e2e/disconnecting/receipts',
  'e2e/disconnecting/revocation',
  'e2e/notices',
  'e2e/pages/',
  'e2e/processes/',
  'e2e/profiles/list-cost',
  'e2e/secrets/',
  'start/recovery',
];
/** What starts a server of its own, which no pooler stands before, or what takes minutes. */
const UNPOOLED = [
  'faults/connect-sessions/after-exchange',
  'faults/naive/',
  'faults/load/',
  'faults/disconnecting/',
  'faults/keys/',
  'faults/refresh/hostile',
  'faults/refresh/judgement',
  'faults/refresh/stops',
  'faults/database/',
  'faults/processes/',
];
const leftOut = [
  ...(process.env['TESTS'] === 'all' ? [] : SLOW),
  ...(process.env['POOLED'] === '1' ? UNPOOLED : []),
].map((start) => `<rootDir>/test/${start}`);

/** A package has its tests by its side. */
const folderOf = (name) => (name === 'sandbox' ? 'packages/sandbox/test' : `test/${name}`);

const project = ([name, setup]) => ({
  ...shared,
  ...setup,
  displayName: name,
  testPathIgnorePatterns: ['/node_modules/', ...leftOut],
  testMatch: [`<rootDir>/${folderOf(name)}/**/*.spec.ts`, `<rootDir>/${folderOf(name)}.spec.ts`],
});

/** They take minutes, so that they are run by name alone: `npm run test:faults`, `test:pooled`, `test:install`. CI runs them all. */
const isAskedFor = ([name]) => !['faults', 'install'].includes(name) || process.argv.includes(name);

const isThere = ([name]) =>
  ['', '.spec.ts'].some((end) => existsSync(`${import.meta.dirname}/${folderOf(name)}${end}`));

export default {
  projects: Object.entries(needs).filter(isThere).filter(isAskedFor).map(project),
  // Only for what hangs: no test passes because a time was long enough, and a loaded machine takes many times as long.
  testTimeout: 600_000,
  // Tests of processes wait for a part of their time: more workers than the two cores that `npm test` was tuned on.
  maxWorkers: 4,
};
