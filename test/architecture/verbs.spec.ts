/** The documentation of verbs and ports: each error as `@throws`, each port with its adapters as `@see`. */
import { describe, expect, it } from '@jest/globals';
import { ROOT, sources } from './cruise.js';
import {
  classNamed,
  declarationsIn,
  namesOf,
  type Declarations,
  type DeclaredClass,
  type Documented,
} from './declarations.js';

const program = declarationsIn(sources(ROOT, ['libs', 'apps/api']));

/** Names of all errors, with the error that each extends. */
function errorsIn({ classes }: Declarations): ReadonlyMap<string, string> {
  const errors = new Map<string, string>(['AggregateError', 'TypeError'].map((name) => [name, 'Error']));
  errors.set('Error', '');
  for (let known = 0; known < errors.size;) {
    known = errors.size;
    for (const { name, parent } of classes) if (parent !== null && errors.has(parent)) errors.set(name, parent);
  }
  return errors;
}

/** The error, and those that it extends. */
function ancestry(errors: ReadonlyMap<string, string>, name: string): string[] {
  const parent = errors.get(name) ?? '';
  return [name, ...(parent === '' ? [] : ancestry(errors, parent))];
}

const documentedNames = (one: Documented): string[] => one.throws.flatMap(namesOf);

/** Every `@throws` that does not begin with the name of an error. */
function wrongNames(declared: Declarations): string[] {
  const errors = errorsIn(declared);
  const all = [
    ...declared.functions,
    ...declared.classes.flatMap((one) => [one, ...one.methods.values()] as Documented[]),
  ];
  return all.flatMap(({ file, name, throws }) =>
    throws
      .filter((text) => {
        const names = namesOf(text);
        return names.length === 0 || names.some((one) => !errors.has(one.replace(/^any /, '')));
      })
      .map((text) => `${file} ${name}: ${text}`),
  );
}

/**
 * What a body throws itself, and what the documentation of that which it calls says that it throws, but for errors that
 * the file asks for by `instanceof`.
 */
function raisedBy({ calls }: Documented, within: DeclaredClass, declared: Declarations): string[] {
  const errors = errorsIn(declared);
  const inFile = [...declared.classes, ...declared.functions].filter(({ file }) => file === within.file);
  const caught = new Set(inFile.flatMap((one) => [...one.calls.caught]));
  const dependencies = calls.ofDependencies.map(([dependency, method]) =>
    classNamed(within.dependencies.get(dependency), within.file, declared)?.methods.get(method),
  );
  const aggregates = declared.classes
    .filter(({ file }) => file.startsWith('libs/domain/'))
    .flatMap(({ methods }) => [...calls.ofOthers].map((method) => methods.get(method)));
  const functions = declared.functions.filter(({ name }) => calls.functions.has(name));
  const called = [...dependencies, ...aggregates, ...functions];
  return [...calls.thrown, ...called.flatMap((one) => (one === undefined ? [] : documentedNames(one)))].filter(
    (name) => !ancestry(errors, name.replace(/^any /, '')).some((one) => caught.has(one)),
  );
}

/** An `AggregateError` holds any other. */
function missingIn(raised: readonly string[], named: readonly string[], errors: ReadonlyMap<string, string>): string[] {
  return raised.filter(
    (name) =>
      !named.includes(name) &&
      !(name === 'Error' && named.includes('AggregateError')) &&
      !ancestry(errors, name).some((one) => named.includes(`any ${one}`)),
  );
}

/** `<file>: <error>` for each error of a command that its file does not document. */
function undocumentedInCommands(declared: Declarations): string[] {
  const errors = errorsIn(declared);
  const verbs = declared.classes.filter(
    ({ parent, file }) => parent === 'Command' && file.startsWith('libs/application/'),
  );
  return [...new Set(verbs.map(({ file }) => file))].flatMap((file) => {
    const inside = declared.classes.filter((one) => one.file === file);
    const named = inside.flatMap((one) => [one, ...one.methods.values()] as Documented[]).flatMap(documentedNames);
    const raised = inside.flatMap((one) => raisedBy(one, one, declared));
    return [...new Set(missingIn(raised, named, errors))].map((name) => `${file}: ${name}`);
  });
}

/** What a handler makes sure of before it calls. */
const RULED_OUT: Readonly<Record<string, string>> = {
  'GetHealth: ProviderNotConfigured': 'It asks for scopes of a configured provider alone.',
};

/** `<query>: <error>` for each error that the handler of a query raises and the query does not document. */
function undocumentedInQueries(declared: Declarations): string[] {
  const errors = errorsIn(declared);
  return declared.classes.flatMap((handler) => {
    if (handler.answers === null) return [];
    const query = classNamed(handler.answers, handler.file, declared);
    const raised = raisedByHandler(handler, declared);
    return [...new Set(missingIn(raised, documentedNames(query!), errors))]
      .map((name) => `${handler.answers}: ${name}`)
      .filter((line) => !(line in RULED_OUT));
  });
}

/** The methods of the handler, and those of its base class that it calls. */
function raisedByHandler(handler: DeclaredClass, declared: Declarations): string[] {
  const base = classNamed(handler.parent ?? undefined, handler.file, declared);
  const inherited = base === undefined ? [] : [...handler.calls.own].map((name) => base.methods.get(name));
  return [
    ...raisedBy(handler, handler, declared),
    ...inherited.flatMap((method) => (method === undefined ? [] : raisedBy(method, base!, declared))),
  ];
}

/** `<port>: <adapters>` for each port whose `@see` names others than the classes that extend it. */
function wrongAdapters(declared: Declarations): string[] {
  const errors = errorsIn(declared);
  return declared.classes
    .filter(({ file, isAbstract, name }) => isAbstract && file.startsWith('libs/application/') && !errors.has(name))
    .flatMap(({ name, sees }) => {
      const adapters = declared.classes.filter(({ parent }) => parent === name).map((one) => one.name);
      // Settings are bound as values, by the composition root.
      const expected = adapters.length === 0 ? ['CoreModule'] : adapters;
      const named = sees.flatMap(namesOf);
      return named.toSorted().join() === expected.toSorted().join() ? [] : [`${name}: ${expected.join(', ')}`];
    });
}

describe('The walk', () => {
  const planted = (command: string): string[] =>
    undocumentedInCommands(
      declarationsIn(
        new Map([
          ['libs/domain/src/errors.ts', 'export class Lost extends Error {}\nexport class Over extends Error {}'],
          [
            'libs/application/src/a/ports.ts',
            'export abstract class Store {\n/** @throws Lost */\nabstract get(): string; }',
          ],
          ['libs/application/src/a/verb.ts', `import { Store } from './ports.js';\n${command}`],
        ]),
      ),
    );
  const verb = (tag: string, body: string): string =>
    `/** ${tag} */ export class Do extends Command<void> {}
     class DoHandler { constructor(readonly store: Store) {} execute() { ${body} } }`;

  it('finds an error that is thrown, or that a port documents, and is not documented by the command', () => {
    expect(planted(verb('', 'this.store.get(); throw new Over();'))).toEqual([
      'libs/application/src/a/verb.ts: Over',
      'libs/application/src/a/verb.ts: Lost',
    ]);
  });

  it('finds none where all are documented, or caught', () => {
    expect(planted(verb('@throws Lost, Over where it is over', 'this.store.get(); throw new Over();'))).toEqual([]);
    expect(planted(verb('', 'try { this.store.get(); } catch (e) { if (e instanceof Lost) return; }'))).toEqual([]);
  });

  it('finds a @throws without the name of an error', () => {
    const tags = ['whatever comes', 'Gone', 'Error where it is lost'].map(
      (tag, n) => `/** @throws ${tag} */ function f${n}() {}`,
    );
    const wrong = wrongNames(declarationsIn(new Map([['a.ts', tags.join('\n')]])));

    expect(wrong).toEqual(['a.ts f0: whatever comes', 'a.ts f1: Gone']);
  });
});

describe('The documentation', () => {
  it('names errors that exist behind every @throws', () => {
    expect(wrongNames(program)).toEqual([]);
  });

  it('has every error of a command: its own, and those of the ports, aggregates and rules that it calls', () => {
    expect(undocumentedInCommands(program)).toEqual([]);
  });

  it('has every error of a query: its handler’s own, and those of what the handler calls', () => {
    expect(undocumentedInQueries(program)).toEqual([]);
  });

  it('leads from each port to all of its adapters', () => {
    expect(wrongAdapters(program)).toEqual([]);
  });
});
