/** What Graph knows of a kind of node: its fields, its edges, and how a chosen part of it is written out. */
import { invalidParameter, nonexistingField } from '../contract/errors.js';
import { within, type Ask } from './ask.js';
import type { Field } from './fields.js';
import { pageOf, type ListRules } from './paging.js';
import type { Listing } from '../content/listing.js';

/** A field's value; undefined leaves the key out, as Graph leaves out what is empty or not for this viewer. */
type FieldReader<N> = (node: N, ask: Ask) => unknown;

export interface Edge<N> {
  get?(node: N, ask: Ask): unknown;
  post?(node: N, ask: Ask): unknown;
  delete?(node: N, ask: Ask): unknown;
}

export interface NodeType<N> {
  readonly name: string;
  id(node: N): string;
  readonly defaults: readonly string[];
  readonly fields: Readonly<Record<string, FieldReader<N>>>;
  readonly edges: Readonly<Record<string, Edge<N>>>;
  /** Runs before a node is read by its own id. */
  admit?(node: N, ask: Ask): void;
  update?(node: N, ask: Ask): unknown;
  remove?(node: N, ask: Ask): unknown;
}

type Act = (ask: Ask) => unknown;

/** A node with its type, so that the dispatcher needs no type parameter. */
export interface BoundNode {
  readonly typeName: string;
  readonly read: Act;
  readonly edge: (name: string) => BoundEdge | undefined;
  readonly update?: Act;
  readonly remove?: Act;
}

interface BoundEdge {
  readonly get?: Act;
  readonly post?: Act;
  readonly delete?: Act;
}

export function bind<N>(type: NodeType<N>, node: N): BoundNode {
  return {
    typeName: type.name,
    read(ask) {
      type.admit?.(node, ask);
      return render(type, node, ask);
    },
    edge(name) {
      const edge = own(type.edges, name);
      if (edge === undefined) return undefined;
      return {
        ...(edge.get && { get: (ask: Ask) => edge.get?.(node, ask) }),
        ...(edge.post && { post: (ask: Ask) => edge.post?.(node, ask) }),
        ...(edge.delete && { delete: (ask: Ask) => edge.delete?.(node, ask) }),
      };
    },
    ...(type.update && { update: (ask: Ask) => type.update?.(node, ask) }),
    ...(type.remove && { remove: (ask: Ask) => type.remove?.(node, ask) }),
  };
}

/** The node as Graph writes it: the fields asked for, `id` always, edges expanded in place. */
export function render<N>(type: NodeType<N>, node: N, ask: Ask): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  if (ask.fields === undefined) {
    for (const name of type.defaults) put(shown, name, type.fields[name]?.(node, ask));
  } else {
    for (const field of ask.fields) put(shown, field.name, readField(type, node, field, ask));
  }
  shown['id'] = type.id(node);
  return shown;
}

/** A list of nodes. Graph checks the fields before it reads rows: an unknown one is refused in an empty list too. */
export function nodesOf<N>(type: NodeType<N>, listing: Listing<N>, ask: Ask, rules: ListRules = {}): unknown {
  assertFields(type, ask);
  return pageOf(listing, ask, (node) => render(type, node, ask), rules);
}

export function assertFields<N>(type: NodeType<N>, ask: Ask): void {
  for (const { name } of ask.fields ?? []) {
    const known = name === 'id' || own(type.fields, name) !== undefined || own(type.edges, name)?.get !== undefined;
    if (!known) throw nonexistingField(name, type.name);
  }
}

function readField<N>(type: NodeType<N>, node: N, field: Field, ask: Ask): unknown {
  if (field.name === 'id') return type.id(node);
  const inner = within(ask, `/${type.id(node)}/${field.name}`, field);
  const reader = own(type.fields, field.name);
  if (reader !== undefined) return reader(node, inner);
  const edge = own(type.edges, field.name);
  if (edge?.get === undefined) throw nonexistingField(field.name, type.name);
  return edge.get(node, inner);
}

/** The chosen keys of a plain object, for fields that are objects but no nodes: `picture{url}`, `shares{count}`. */
export function choose(value: Record<string, unknown>, ask: Ask, typeName: string): Record<string, unknown> {
  if (ask.fields === undefined) return value;
  const shown: Record<string, unknown> = {};
  for (const { name } of ask.fields) {
    if (!Object.hasOwn(value, name)) throw nonexistingField(name, typeName);
    put(shown, name, value[name]);
  }
  return shown;
}

/** A required parameter of a writing call. */
export function demand(ask: Ask, name: string): string {
  const value = ask.args.get(name);
  if (value === undefined || value === '') throw invalidParameter(`The parameter ${name} is required`);
  return value;
}

function put(target: Record<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) target[name] = value;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
