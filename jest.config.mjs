// One jest project per kind of test: `domain` needs nothing, the others get a real PostgreSQL from globalSetup.
const shared = {
  rootDir: import.meta.dirname,
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
};

const project = (displayName, testMatch, extra = {}) => ({ ...shared, displayName, testMatch, ...extra });

export default {
  projects: [
    project('domain', ['<rootDir>/test/domain/**/*.spec.ts']),
    project('sandbox', ['<rootDir>/test/sandbox/**/*.spec.ts']),
  ],
};
