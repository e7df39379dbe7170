/**
 * Takes from a provider's own specification the names that the tests hold our requests against, and writes them as a
 * compact list: `node scripts/spec-lists.ts x openapi.json 2026-08-22`, `node scripts/spec-lists.ts meta specs/ 2026-04-15`.
 * Where the files come from: docs/testing.md, "What we ask for".
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LISTS = join(import.meta.dirname, '../test/contract/providers/asked/lists');

interface OpenApi {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>>;
  readonly components: { readonly parameters: Readonly<Record<string, Parameter>> };
}

interface Parameter {
  readonly $ref?: string;
  readonly name?: string;
  readonly in?: string;
  readonly schema?: { readonly items?: { readonly enum?: readonly string[] } };
}

/** Paths to their query parameters, and the names that a parameter takes where the specification lists them. */
function xList(file: string) {
  const spec = JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
  const values: Record<string, string> = {};
  const paths: Record<string, string> = {};
  for (const [path, methods] of Object.entries(spec.paths)) {
    if (!/^\/2\/(?:users|tweets)(?:\/|$)/.test(path)) continue;
    const names = (methods['get']?.parameters ?? []).flatMap((given) => {
      const shared = given.$ref?.split('/').at(-1);
      const parameter = shared === undefined ? given : spec.components.parameters[shared];
      if (parameter?.in !== 'query' || parameter.name === undefined) return [];
      const listed = parameter.schema?.items?.enum;
      const key = shared ?? parameter.name;
      if (listed) values[key] = listed.toSorted().join(' ');
      return [listed ? `${parameter.name}:${key}` : parameter.name];
    });
    if (methods['get']) paths[path] = names.join(' ');
  }
  return { name: `x-${spec.info.version}`, list: { version: spec.info.version, paths, values } };
}

interface GraphSpec {
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly apis: readonly {
    readonly method: string;
    readonly endpoint: string;
    readonly return: string;
    readonly params: readonly { readonly name: string; readonly type: string }[];
  }[];
}

const NODES = `User Business Page IGUser IGMedia PagePost Permission ProfilePictureSource`.split(' ');

/** Nodes to their fields and readable edges; `name:Type` where it leads to another of these nodes or to listed values. */
function metaList(folder: string) {
  const json = <T>(name: string) => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as T;
  const enums = json<readonly { readonly name: string; readonly values: readonly string[] }[]>('enum_types');
  const values: Record<string, string> = {};
  const typed = ({ name, type }: { readonly name: string; readonly type: string }): string => {
    const bare = /^list<(.+)>$/.exec(type)?.[1] ?? type;
    const listed = name === 'metric' ? enums.find((one) => one.name === bare)?.values : undefined;
    if (listed) values[bare] = listed.join(' ');
    return listed || NODES.includes(bare) ? `${name}:${bare}` : name;
  };
  const nodes = Object.fromEntries(
    NODES.map((node) => {
      const { fields, apis } = json<GraphSpec>(node);
      const edges = apis
        .filter(({ method, endpoint }) => endpoint && (method === 'GET' || endpoint === 'permissions'))
        .map((api) => [
          `${api.method} ${typed({ name: api.endpoint, type: api.return })}`,
          api.params.map(typed).join(' '),
        ]);
      return [
        node,
        { fields: fields.map(typed).join(' '), edges: Object.fromEntries(edges) as Record<string, string> },
      ];
    }),
  );
  return { name: 'meta-sdk', list: { nodes, values } };
}

const [provider, source, date] = process.argv.slice(2);
if (!source || !date || (provider !== 'x' && provider !== 'meta'))
  throw new Error('Usage: node scripts/spec-lists.ts x|meta <specification> <its date>');
const { name, list } = provider === 'x' ? xList(source) : metaList(source);
writeFileSync(join(LISTS, `${name}.json`), `${JSON.stringify({ date, ...list }, null, 1)}\n`);
