// The import rules between the rings and their folders, as data. test/architecture.spec.ts runs them, and plants a violation for each.

/** Each ring and the rings it may import; every import points down. */
const RINGS = {
  domain: { at: 'libs/domain', may: [] },
  application: { at: 'libs/application', may: ['domain'] },
  infrastructure: { at: 'libs/infrastructure', may: ['application', 'domain'] },
  // The composition root alone also knows the infrastructure: see `composition-root`.
  api: { at: 'apps/api', may: ['infrastructure', 'application', 'domain'] },
  sandbox: { at: 'packages/sandbox', may: [] },
};

/** The folders of libs/application, from the top: a folder knows only those of the lines below its own. */
const ROOMS = [
  ['erasure', 'meta-callbacks'],
  ['disconnecting'],
  ['connect-sessions', 'sync'],
  ['connections'],
  ['profiles'],
  ['credentials', 'organisations', 'notices', 'exports', 'pictures', 'audit'],
  ['ports'],
];

/** The same for the sandbox: the control API, the platforms beside each other, what they share, and the store. */
const SANDBOX_FOLDERS = [['control'], ['x', 'meta', 'identity', 'faults'], ['core'], ['store']];

/** Within a platform of the sandbox; a folder has the same name in both. */
const PLATFORM_FOLDERS = [
  ['control'],
  ['routes', 'dialog'],
  ['nodes', 'views'],
  ['insights'],
  ['graph'],
  ['access'],
  ['content'],
  ['people'],
  ['contract'],
];

/** The verbs know the bus, its injection marks, and ids on the wire; everything else of the world is a port. */
const APPLICATION_PACKAGES = ['@nestjs/cqrs', '@nestjs/common', 'typeid-js'];

/** Where ports meet adapters, and where the database's address is judged as the adapter reads it. */
const COMPOSITION_ROOT = '^apps/api/src/(core\\.module|rotate-keys|config/database-settings)\\.ts$';

/** Modules that can send a request over the network. */
const HTTP_PACKAGES = [
  'undici',
  'axios',
  'got',
  'node-fetch',
  'superagent',
  'supertest',
  '@nestjs/axios',
  'openid-client',
];
const HTTP_MODULES = '^(node:)?(https?|http2|tls|dgram)$';

const OURS = '^(apps|libs|packages|scripts|test|tools)/';
const within = (ring) => `^${RINGS[ring].at}/`;
const packages = (names) => `node_modules/(${names.join('|')})/`;

const ringRules = Object.entries(RINGS).flatMap(([ring, { may }]) => [
  {
    name: `${ring}-imports-down`,
    comment: `${ring} may import ${may.join(', ') || 'nothing of ours'}.`,
    from: { path: within(ring) },
    to: { path: OURS, pathNot: [ring, ...may].map(within) },
  },
  {
    name: `${ring}-uses-aliases-across`,
    comment: 'Another ring is imported by its alias, so that an import tells at once that it crosses.',
    from: { path: within(ring) },
    to: { path: '^libs/', pathNot: within(ring), dependencyTypesNot: ['aliased'] },
  },
]);

/** Where the folders of a ring stand, one line for those that stand beside each other, from the top. */
const pointDown = (name, at, lines, place) => {
  const folder = (names) => `${at}(${names.join('|')})/`;
  return [
    ...lines.map((line, i) => ({
      name,
      comment: `${line.join(', ')}: what stands above or beside may not be known.`,
      from: { path: folder(line) },
      to: { path: folder(lines.slice(0, i + 1).flat()), pathNot: `${at}$1/` },
    })),
    {
      name,
      comment: `A new folder takes its place in ${place}.`,
      from: { path: `${at}[^/]+/`, pathNot: folder(lines.flat()) },
      to: {},
    },
  ];
};

const folderRules = [
  ...pointDown('rooms-point-down', '^libs/application/src/', ROOMS, 'ROOMS'),
  ...pointDown('sandbox-folders-point-down', '^packages/sandbox/src/', SANDBOX_FOLDERS, 'SANDBOX_FOLDERS'),
  ...pointDown(
    'platform-folders-point-down',
    '^packages/sandbox/src/(?:x|meta)/',
    PLATFORM_FOLDERS,
    'PLATFORM_FOLDERS',
  ),
];

const rules = [
  ...ringRules,
  ...folderRules,
  {
    name: 'relative-inside-a-folder',
    comment: 'Inside a folder of a ring imports are relative.',
    from: { path: '^(libs/[^/]+/src/[^/]+)/' },
    to: { path: '^$1/', dependencyTypes: ['aliased'] },
  },
  {
    name: 'domain-stands-alone',
    comment: 'No package and no module of Node: time, ids and randomness come in as values.',
    from: { path: within('domain') },
    to: { pathNot: within('domain') },
  },
  {
    name: 'application-packages',
    comment: `Of packages the verbs know ${APPLICATION_PACKAGES.join(', ')}, and modules of Node.`,
    from: { path: within('application') },
    to: { path: 'node_modules/', pathNot: packages(APPLICATION_PACKAGES) },
  },
  {
    name: 'composition-root',
    comment: 'Only the composition root knows an adapter.',
    from: { path: within('api'), pathNot: COMPOSITION_ROOT },
    to: { path: within('infrastructure') },
  },
  {
    name: 'only-tests-import-the-sandbox',
    comment: 'It stands in for Meta and X: whoever imports it would not be talking to a provider.',
    from: { path: OURS, pathNot: ['^packages/sandbox/', '^test/'] },
    to: { path: '^packages/sandbox/' },
  },
  {
    name: 'one-way-out',
    comment:
      'The outgoing HTTP client has the deadlines and the caps; nothing else sends requests. The TLS of the database is its own.',
    from: { path: '^(libs|apps/api)/', pathNot: '^libs/infrastructure/src/(http/|database/database-url\\.ts$)' },
    to: { path: [packages(HTTP_PACKAGES), HTTP_MODULES], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'keys-of-the-issuer',
    comment: 'jose fetches keys by itself, behind a wrapper that knows when to stop: the one exception to one-way-out.',
    from: { path: '^(libs|apps/api)/', pathNot: '^libs/infrastructure/src/identity/' },
    to: { path: packages(['jose']) },
  },
  {
    name: 'adapters-import-no-other-adapter',
    comment: 'What is true of one provider is not true of the other.',
    from: { path: '^libs/infrastructure/src/(meta|x)/' },
    to: { path: '^libs/infrastructure/src/(meta|x)/', pathNot: '^libs/infrastructure/src/$1/' },
  },
  {
    name: 'postgres-server-stands-alone',
    comment: 'It is started by scripts before anything is built, when no alias works yet.',
    from: { path: '^tools/postgres/' },
    to: { path: OURS, pathNot: '^tools/postgres/' },
  },
  {
    name: 'no-circles',
    comment: 'In a circle of decorated classes one of them is not there yet when the other needs it.',
    from: { path: OURS },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'no-circles-of-types',
    comment: 'Two files that cannot be read apart are one.',
    from: { path: OURS },
    to: { circular: true },
  },
  {
    name: 'no-circles-of-folders',
    comment: 'Folders that need one another are one folder, or a part of one belongs below both.',
    scope: 'folder',
    from: { path: OURS },
    to: { circular: true },
  },
  {
    name: 'no-barrels',
    comment: 'An import names the file where the thing is.',
    from: { path: '^(apps|libs|packages|scripts|test|tools)/.*/index\\.[jt]sx?$' },
    to: {},
  },
  {
    name: 'shipped-packages',
    comment: 'What the programs run on is a dependency of their own package.json, not a tool of development.',
    from: { path: '^(apps|libs|packages)/' },
    to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'everything-is-there',
    comment: 'An import that leads nowhere hides from every other rule.',
    from: { path: OURS },
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: rules.map((rule) => ({ severity: 'error', ...rule })),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    // Imports of types count as well.
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    // Ours alone: most packages, too, keep what they ship in a folder of this name.
    exclude: { path: ['^dist/', '^packages/[^/]+/dist/'] },
    // Some packages have entries beside their main one.
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
