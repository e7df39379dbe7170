// One jest project per folder of test/: those that need a database get a real PostgreSQL, those that run programs get them built.
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
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
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

/** What mostly waits, or starts and ends processes: left to `npm run test:faults`, which CI runs as well. */
const LONG_FAULTS = [
  'naive/',
  'load/',
  'letting-go/',
  'keys/',
  'refresh/hostile',
  'refresh/judgement',
  'refresh/stops',
  'database/silence',
  'processes/',
];
/** They stop servers of their own, which no pooler stands before. */
const UNPOOLED_FAULTS = process.env['POOLED'] === '1' ? ['database/'] : [];
const leftOut = [...(process.env['FAULTS'] === 'long' ? [] : LONG_FAULTS), ...UNPOOLED_FAULTS].map(
  (start) => `<rootDir>/test/faults/${start}`,
);

const project = ([name, setup]) => ({
  ...shared,
  ...setup,
  displayName: name,
  testPathIgnorePatterns: ['/node_modules/', ...leftOut],
  testMatch: [`<rootDir>/test/${name}/**/*.spec.ts`, `<rootDir>/test/${name}.spec.ts`],
});

/** Fetches other versions of Node and npm, and takes minutes: left to `npm run test:install`, which CI runs as well. */
const isAskedFor = ([name]) => name !== 'install' || process.argv.includes('install');

const isThere = ([name]) => ['', '.spec.ts'].some((end) => existsSync(`${import.meta.dirname}/test/${name}${end}`));

export default {
  projects: Object.entries(needs).filter(isThere).filter(isAskedFor).map(project),
  // Only for what hangs: no test passes because a time was long enough, and a loaded machine takes many times as long.
  testTimeout: 600_000,
  // Tests of processes wait for a part of their time. On two cores three workers were quicker than two, and four no quicker.
  maxWorkers: 3,
};
