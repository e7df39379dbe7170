// How well the domain's tests guard its rules: StrykerJS changes libs/domain at every place, and test/domain has to notice.
export default {
  mutate: ['libs/domain/src/**/*.ts'],
  // Only what the domain and its tests need: Stryker works on a copy.
  ignorePatterns: ['apps', 'docs', 'bench', 'libs/application', 'libs/infrastructure', '.data', 'dist'],
  plugins: [new URL('node_modules/@stryker-mutator/jest-runner/dist/src/index.js', import.meta.url).pathname],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // One file with all tests (whole-domain.spec.ts): there is no other to find.
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.mjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // The test of types alone: a mutant that does not compile counts as noticed only where a test fails.
  disableTypeChecks: false,
  allowEmpty: false,
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false, reportScoreTable: true, allowColor: false },
  htmlReporter: { fileName: 'coverage/mutation/index.html' },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  tempDirName: 'coverage/mutation/work',
  thresholds: { high: 95, low: 90, break: 90 },
};
