// How well the domain's tests guard its rules: StrykerJS changes libs/domain at every place, and test/domain has to notice.
// One part at a time, which `run.ts` names: a folder is judged by the tests of the same name.
const { PART: part = 'all', MUTATED: folder } = process.env;
const report = `coverage/mutation/${part}`;

export default {
  mutate: [folder === undefined ? 'libs/domain/src/*.ts' : `libs/domain/src/${folder}/**/*.ts`],
  // Only what the domain and its tests need: Stryker works on a copy.
  ignorePatterns: ['apps', 'docs', 'bench', 'libs/application', 'libs/infrastructure', '.data', 'dist', 'coverage'],
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
  // Only for what never ends: a loaded machine takes many times as long, and a mutant that was only slow was not noticed.
  timeoutMS: 60_000,
  // Stryker would leave out what is evaluated at the start (tables of roles, of sentences): that is where the rules are.
  warnings: { slow: false },
  reporters: ['clear-text', 'progress-append-only', 'html', 'json'],
  clearTextReporter: { logTests: false, reportTests: false, reportScoreTable: true, allowColor: false },
  htmlReporter: { fileName: `${report}.html` },
  jsonReporter: { fileName: `${report}.json` },
  tempDirName: 'coverage/mutation/work',
  // Judged by `run.ts`, over all parts.
  thresholds: { high: 95, low: 90, break: null },
};
