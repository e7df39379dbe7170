/** Holds a call to the Graph API against Meta's specification: its path, parameters, fields, edges, modifiers and metrics. */
import { createRequire } from 'node:module';
import { parseFields, type Field } from '../../../../packages/sandbox/src/meta/graph/fields.js';
import { GRAPH_EVERYWHERE, GRAPH_PATHS, NODE_FIELDS, POST_METRICS, ROW_FIELDS, YOUNGER_THAN_SDK } from './beyond.js';
import { listOf } from './list-of.js';

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

type Words = Readonly<Record<string, string>>;
const lists = listOf<{
  readonly nodes: Readonly<Record<string, { readonly fields: string; readonly edges: Words }>>;
  readonly values: Words;
}>('meta-sdk');

/** Meta's own client has no types; its fields are getters of its classes. */
const sdk = createRequire(import.meta.url)('facebook-nodejs-business-sdk') as Readonly<
  Record<string, { readonly Fields: Readonly<Record<string, string>> }>
>;

const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '');
const everywhere = words(GRAPH_EVERYWHERE);

/** The type behind `name:Type` in a list of words; '' where there is none, undefined where the name is not in it. */
function typeIn(text: string, name: string): string | undefined {
  const found = words(text).find((word) => word === name || word.startsWith(`${name}:`));
  return found === undefined ? undefined : found.slice(name.length + 1);
}

export class MetaJudge {
  readonly complaints: string[] = [];

  /** `typeOf` knows whose id stands in a path. */
  constructor(private readonly typeOf: (id: string) => string | undefined) {}

  call({ method, path, query, body }: Call): void {
    const relative = path.replace(/^\/v\d+\.\d+(?=\/|$)/, '');
    if (relative === path) this.no(`${path} names no version`);
    const given = { ...query, ...body };
    const documented = GRAPH_PATHS[`${method} ${relative || '/'}`];
    if (documented !== undefined) {
      this.parameters(relative, given, words(documented));
      for (const item of JSON.parse(given['batch'] ?? '[]') as { method: string; relative_url: string }[]) {
        const url = new URL(`http://graph/${item.relative_url}`);
        this.node(item.method, url.pathname, Object.fromEntries(url.searchParams));
      }
    } else this.node(method, relative, given);
  }

  private node(method: string, path: string, given: Readonly<Record<string, string>>): void {
    const [id = '', edgeName, ...rest] = path.slice(1).split('/');
    const type = id === 'me' ? 'User' : this.typeOf(id);
    if (type === undefined || !this.isNode(type) || rest.length > 0) return this.no(`${method} ${path} is no path`);
    if (edgeName === undefined) {
      this.parameters(path, given, everywhere);
      return this.fields(type, parseFields(given['fields'] ?? ''), '');
    }
    const edge = this.edge(type, edgeName, method);
    if (edge === null) return this.no(`${type} has no edge ${edgeName}`);
    this.parameters(path, given, [...everywhere, ...words(edge.parameters).map((word) => word.split(':')[0] ?? '')]);
    this.metrics(type, edgeName, edge.parameters, given['metric']);
    if (given['fields'] === undefined) return;
    if (!this.isNode(edge.leadsTo)) return this.no(`${type}.${edgeName} has no fields`);
    this.fields(edge.leadsTo, parseFields(given['fields']), ROW_FIELDS[`${type}.${edgeName}`] ?? '');
  }

  private fields(type: string, fields: readonly Field[], added: string): void {
    const known = `${lists.nodes[type]?.fields ?? ''} ${NODE_FIELDS[type] ?? ''} ${added}`;
    for (const { name, modifiers, children } of fields) {
      const leadsTo = typeIn(known, name);
      const edge = leadsTo === undefined ? this.edge(type, name, 'GET') : null;
      if (leadsTo === undefined && edge === null) {
        this.no(`${type} has no field ${name}`);
        continue;
      }
      if (edge === null) this.inSdk(type, name, added);
      const allowed = [...everywhere, ...words(edge?.parameters ?? '').map((word) => word.split(':')[0] ?? '')];
      for (const modifier of modifiers.keys())
        if (edge === null || !allowed.includes(modifier)) this.no(`${type}.${name} has no modifier ${modifier}`);
      if (edge !== null) this.metrics(type, name, edge.parameters, modifiers.get('metric'));
      if (children === undefined) continue;
      const inner = edge?.leadsTo ?? leadsTo ?? '';
      if (this.isNode(inner)) this.fields(inner, children, '');
      else this.no(`${type}.${name} has no fields`);
    }
  }

  private metrics(type: string, edge: string, parameters: string, asked: string | undefined): void {
    if (edge !== 'insights' || asked === undefined) return;
    const listed = typeIn(parameters, 'metric') ?? '';
    const known = words(listed === '' ? POST_METRICS : (lists.values[listed] ?? ''));
    for (const metric of asked.split(',')) if (!known.includes(metric)) this.no(`${type} has no metric ${metric}`);
  }

  private edge(type: string, name: string, method: string) {
    for (const [edge, parameters] of Object.entries(lists.nodes[type]?.edges ?? {})) {
      const [verb, named = ''] = edge.split(' ');
      if (verb === method && (named === name || named.startsWith(`${name}:`)))
        return { parameters, leadsTo: named.slice(name.length + 1) };
    }
    return null;
  }

  private parameters(path: string, given: Readonly<Record<string, string>>, allowed: readonly string[]): void {
    for (const name of Object.keys(given)) if (!allowed.includes(name)) this.no(`${path} takes no parameter ${name}`);
  }

  private inSdk(type: string, name: string, added: string): void {
    const fields = Object.values(sdk[type]?.Fields ?? {});
    if (!fields.includes(name) && !words(`${YOUNGER_THAN_SDK[type] ?? ''} ${added}`).includes(name))
      this.no(`Meta's SDK knows no field ${name} of ${type}`);
  }

  private isNode(name: string): boolean {
    return Object.hasOwn(lists.nodes, name);
  }

  private no(complaint: string): void {
    this.complaints.push(complaint);
  }
}
