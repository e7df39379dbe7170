/** One violation for each rule, and files that break none, as a tree of their own. */

/** What the planted files lead to, and ways that are allowed: none of these may be stopped. */
export const UPRIGHT: Readonly<Record<string, string>> = {
  'libs/domain/src/ids.ts': 'export type Id = string;',
  'libs/domain/src/east/base.ts': 'export type Base = string;',
  'libs/domain/src/plan/plan.ts': "import type { Id } from '../ids.js';\nexport const plan: Id = 'starter';",
  'libs/application/src/ports/vault.ts':
    "import type { Id } from '@domain/ids.js';\nexport abstract class Vault { abstract open(id: Id): string; }",
  'libs/application/src/profiles/toggle.ts':
    "import { Command } from '@nestjs/cqrs';\nimport { setTimeout as sleep } from 'node:timers/promises';\nimport { plan } from '@domain/plan/plan.js';\nimport { Vault } from '../ports/vault.js';\nexport const toggle = [Command, plan, sleep, Vault];",
  'libs/application/src/notices/list.ts': "import { Vault } from '../ports/vault.js';\nexport const list = Vault;",
  'libs/infrastructure/src/http/client.ts': "import { request } from 'undici';\nexport const client = request;",
  'libs/infrastructure/src/meta/wire.ts':
    "import { client } from '@infrastructure/http/client.js';\nexport const wire = client;",
  'libs/infrastructure/src/x/wire.ts':
    "import { client } from '@infrastructure/http/client.js';\nexport const wire = client;",
  'libs/infrastructure/src/identity/issuer-keys.ts':
    "import { jwtVerify } from 'jose';\nexport const keys = [jwtVerify, fetch('https://issuer.example')];",
  'libs/infrastructure/src/vault/sealed.ts':
    "import { Vault } from '@application/ports/vault.js';\nexport abstract class Sealed extends Vault {} // fetch( nothing",
  'tools/postgres/server.ts': "import { createServer } from 'node:net';\nexport const server = createServer;",
  'apps/api/src/core.module.ts':
    "import { Sealed } from '@infrastructure/vault/sealed.js';\nexport const app = Sealed;",
  'apps/api/src/main.ts': "import { app } from './core.module.js';\nexport const env = [process.env, app];",
  'apps/api/src/server.ts': "import type { IncomingMessage } from 'node:http';\nexport type Request = IncomingMessage;",
  'packages/sandbox/src/store/store.ts': 'export type Store = string;',
  'packages/sandbox/src/core/world.ts':
    "import type { Store } from '../store/store.js';\nimport { request } from 'node:http';\nexport const world: [Store, unknown] = ['', request];",
  'packages/sandbox/src/x/people/people.ts':
    "import { world } from '../../core/world.js';\nexport const people = [world];",
  'packages/sandbox/src/x/routes/routes.ts':
    "import { people } from '../people/people.js';\nexport const routes = people;",
  'scripts/start.ts': "import { server } from '../tools/postgres/server.ts';\nexport const start = server;",
};

const value = (from: string, name = 'it'): string =>
  `import * as ${name} from '${from}';\nexport const used = ${name};\n`;
const type = (from: string, name: string): string =>
  `import type { ${name} } from '${from}';\nexport type Used = ${name};\n`;

/** By rule; each file must be stopped by that very rule. */
export const VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['domain-imports-down', 'libs/domain/src/up.ts', type('@application/ports/vault.js', 'Vault')],
  ['domain-uses-aliases-across', 'libs/domain/src/by-path.ts', value('../../application/src/ports/vault.js')],
  ['application-imports-down', 'libs/application/src/up.ts', type('@infrastructure/vault/sealed.js', 'Sealed')],
  ['application-uses-aliases-across', 'libs/application/src/by-path.ts', value('../../domain/src/ids.js')],
  ['infrastructure-imports-down', 'libs/infrastructure/src/up.ts', value('../../../apps/api/src/core.module.js')],
  ['infrastructure-uses-aliases-across', 'libs/infrastructure/src/by-path.ts', value('../../domain/src/ids.js')],
  [
    'infrastructure-imports-down',
    'libs/infrastructure/src/database/own-server.ts',
    value('../../../../tools/postgres/server.js'),
  ],
  ['api-imports-down', 'apps/api/src/test-code.ts', value('../../../scripts/start.js')],
  ['api-uses-aliases-across', 'apps/api/src/by-path.ts', value('../../../libs/domain/src/plan/plan.js')],
  ['sandbox-imports-down', 'packages/sandbox/src/ours.ts', type('@domain/ids.js', 'Id')],
  ['sandbox-uses-aliases-across', 'packages/sandbox/src/by-path.ts', value('../../../libs/domain/src/ids.js')],
  ['rooms-point-down', 'libs/application/src/ports/up.ts', value('../profiles/toggle.js')],
  ['rooms-point-down', 'libs/application/src/credentials/beside.ts', value('../notices/list.js')],
  ['rooms-point-down', 'libs/application/src/elsewhere/new.ts', value('../ports/vault.js')],
  ['sandbox-folders-point-down', 'packages/sandbox/src/store/up.ts', value('../core/world.js')],
  ['sandbox-folders-point-down', 'packages/sandbox/src/meta/beside.ts', value('../x/people/people.js')],
  ['sandbox-folders-point-down', 'packages/sandbox/src/elsewhere/new.ts', value('../core/world.js')],
  ['platform-folders-point-down', 'packages/sandbox/src/x/people/up.ts', value('../routes/routes.js')],
  ['platform-folders-point-down', 'packages/sandbox/src/x/elsewhere/new.ts', value('../people/people.js')],
  ['relative-inside-a-folder', 'libs/infrastructure/src/meta/roundabout.ts', value('@infrastructure/meta/wire.js')],
  ['domain-stands-alone', 'libs/domain/src/with-orm.ts', value('@mikro-orm/core')],
  ['domain-stands-alone', 'libs/domain/src/with-node.ts', value('node:crypto')],
  ['application-packages', 'libs/application/src/with-sql.ts', type('kysely', 'Kysely')],
  ['application-packages', 'libs/application/src/with-orm.ts', value('@mikro-orm/postgresql')],
  ['composition-root', 'apps/api/src/http/shortcut.ts', type('@infrastructure/vault/sealed.js', 'Sealed')],
  ['composition-root', 'apps/api/src/jobs/core.module.ts', value('@infrastructure/vault/sealed.js')],
  ['only-tests-import-the-sandbox', 'scripts/with-sandbox.ts', value('../packages/sandbox/src/core/world.js')],
  [
    'only-tests-import-the-sandbox',
    'apps/api/src/with-sandbox.ts',
    value('../../../packages/sandbox/src/core/world.js'),
  ],
  ['one-way-out', 'libs/infrastructure/src/meta/own-client.ts', value('undici')],
  ['one-way-out', 'libs/infrastructure/src/x/own-client.ts', value('node:https')],
  ['one-way-out', 'libs/application/src/own-client.ts', value('node:http')],
  ['one-way-out', 'apps/api/src/own-client.ts', "const client = await import('undici');\nexport { client };"],
  ['keys-of-the-issuer', 'apps/api/src/http/own-keys.ts', value('jose')],
  ['adapters-import-no-other-adapter', 'libs/infrastructure/src/x/as-meta.ts', value('@infrastructure/meta/wire.js')],
  ['postgres-server-stands-alone', 'tools/postgres/needs-build.ts', type('@domain/ids.js', 'Id')],
  ['no-circles', 'libs/application/src/hen.ts', value('./egg.js')],
  ['no-circles', 'libs/application/src/egg.ts', value('./hen.js')],
  ['no-circles', 'packages/sandbox/src/hen.ts', value('./egg.js')],
  ['no-circles', 'packages/sandbox/src/egg.ts', value('./hen.js')],
  ['no-circles-of-types', 'libs/domain/src/chicken.ts', type('./brood.js', 'Used')],
  ['no-circles-of-types', 'libs/domain/src/brood.ts', type('./chicken.js', 'Used')],
  ['no-circles-of-folders', 'libs/domain/src/east/one.ts', type('../west/two.js', 'Used')],
  ['no-circles-of-folders', 'libs/domain/src/west/two.ts', type('../east/base.js', 'Base')],
  ['no-circles-of-types', 'packages/sandbox/src/core/chicken.ts', type('./brood.js', 'Used')],
  ['no-circles-of-types', 'packages/sandbox/src/core/brood.ts', type('./chicken.js', 'Used')],
  ['no-barrels', 'libs/domain/src/plan/index.ts', "export * from './plan.js';"],
  ['no-barrels', 'apps/api/src/http/index.ts', "export { env } from '../main.js';"],
  ['shipped-packages', 'apps/api/src/with-tool.ts', value('fast-check')],
  ['shipped-packages', 'apps/api/src/with-package-of-the-sandbox.ts', value('oidc-provider')],
  ['shipped-packages', 'packages/sandbox/src/with-our-package.ts', value('undici')],
  ['everything-is-there', 'libs/infrastructure/src/nowhere.ts', value('@domain/no-such-file.js')],
];

/** The same for the rules of text. */
export const TEXT_VIOLATIONS: readonly (readonly [rule: string, file: string, text: string])[] = [
  [
    'one-way-out-for-globals',
    'libs/infrastructure/src/meta/fetches.ts',
    "export const page = await fetch('https://x.example');",
  ],
  ['one-way-out-for-globals', 'apps/api/src/fetches.ts', 'export const get = globalThis.fetch;'],
  ['one-way-out-for-globals', 'libs/application/src/listens.ts', "export const s = new WebSocket('wss://x.example');"],
  ['nothing-climbs', 'libs/infrastructure/src/meta/posts/climbs.ts', "export * from '../../http/client.js';"],
  ['nothing-climbs', 'apps/api/src/http/profiles/climbs.ts', "export const m = import('../../main.js');"],
  ['time-is-a-value', 'libs/domain/src/late.ts', 'export const late = (end: number) => Date.now() > end;'],
  ['time-is-a-value', 'libs/domain/src/now.ts', 'export const now = new Date();'],
  ['time-is-a-value', 'libs/domain/src/chance.ts', 'export const chance = Math.random();'],
  ['settings-are-read-once', 'libs/infrastructure/src/vault/own-setting.ts', "export const key = process.env['KEY'];"],
  ['plain-words', 'libs/domain/src/comment.ts', '/** For whoever asks. */\nexport const one = 1;'],
  ['plain-words', 'apps/api/src/sentence.ts', "export const sentence = 'Mend it, then start again.';"],
  [
    'plain-words',
    'libs/application/src/broken-line.ts',
    '/**\n * Another process is at\n * it.\n */\nexport const one = 1;',
  ],
  [
    'plain-words',
    'libs/infrastructure/src/in-sql.ts',
    'export const sql = `\n  -- Rows that were let\n  -- go.\n  select 1`;',
  ],
];
