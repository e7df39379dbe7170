// Every problem that a test meets is held against the API's description: an operation names each code it answers.
import { readFileSync } from 'node:fs';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

let paths: { readonly pattern: RegExp; readonly operations: Readonly<Record<string, Operation>> }[] | undefined;

function described(): NonNullable<typeof paths> {
  const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
  };
  return Object.entries(document.paths)
    .toSorted(([a], [b]) => a.split('{').length - b.split('{').length)
    .map(([path, operations]) => ({ pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`), operations }));
}

/** Throws for a code that the operation does not name. What no path describes is no operation. */
export function demandDocumented(method: string, address: string, status: number, code: unknown): void {
  // A fault of ours is no promise: where a test provokes one, it says so itself.
  if (status < 400 || status === 500 || typeof code !== 'string') return;
  // A worker has no operations.
  if (code === 'not_found') return;
  paths ??= described();
  const path = address.split('?')[0]!;
  const operation = paths.find(({ pattern }) => pattern.test(path))?.operations[method.toLowerCase()];
  if (operation === undefined || operation.responses[status]?.description.includes(`\`${code}\``)) return;
  throw new Error(`${method} ${path} answered ${status} ${code}, which docs/openapi.json does not name`);
}
