/** Reads classes, methods and functions of the program with their `@throws` and `@see`, and what their bodies throw and call. */
import { posix } from 'node:path';
import ts from 'typescript';

export interface Calls {
  /** Classes of `throw new X`. */
  readonly thrown: ReadonlySet<string>;
  /** `dependency.method` of `this.dependency.method()`. */
  readonly ofDependencies: readonly (readonly [dependency: string, method: string])[];
  /** `method` of `this.method()`. */
  readonly own: ReadonlySet<string>;
  /** `method` of any other `x.method()`. */
  readonly ofOthers: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Classes of `instanceof X`. */
  readonly caught: ReadonlySet<string>;
}

export interface Documented {
  readonly file: string;
  readonly name: string;
  /** Text of each `@throws`. */
  readonly throws: readonly string[];
  readonly calls: Calls;
}

export interface DeclaredClass extends Documented {
  readonly parent: string | null;
  readonly isAbstract: boolean;
  readonly sees: readonly string[];
  /** Types of constructor properties, by name. */
  readonly dependencies: ReadonlyMap<string, string>;
  readonly methods: ReadonlyMap<string, Documented>;
  /** X of `@QueryHandler(X)`. */
  readonly answers: string | null;
}

export interface Declarations {
  readonly classes: readonly DeclaredClass[];
  readonly functions: readonly Documented[];
  /** The file from which another imports a name, by `<file> <name>`. */
  readonly imports: ReadonlyMap<string, string>;
}

/** The names with which a `@throws` begins, as `ProfileNotFound` or `any ProviderFault`; prose may follow. */
export function namesOf(text: string): string[] {
  const names = /^(?:any )?[A-Z]\w*(?:, (?:any )?[A-Z]\w*)*/.exec(text)?.[0];
  return names === undefined ? [] : names.split(', ');
}

export function declarationsIn(files: ReadonlyMap<string, string>): Declarations {
  const classes: DeclaredClass[] = [];
  const functions: Documented[] = [];
  const imports = new Map<string, string>();
  for (const [file, text] of files) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const node of source.statements) {
      if (ts.isClassDeclaration(node) && node.name !== undefined) classes.push(classOf(file, node, node.name.text));
      if (ts.isFunctionDeclaration(node) && node.name !== undefined)
        functions.push(documented(file, node, node.name.text));
      if (ts.isImportDeclaration(node))
        for (const name of namesImportedBy(node)) imports.set(`${file} ${name}`, fileOf(node.moduleSpecifier, file));
    }
  }
  return { classes, functions, imports };
}

/** The class that a file means by a name: two folders may have classes of the same name. */
export function classNamed(name: string | undefined, file: string, declared: Declarations): DeclaredClass | undefined {
  const from = declared.imports.get(`${file} ${name}`) ?? file;
  return declared.classes.find((one) => one.name === name && one.file === from);
}

function namesImportedBy({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return bindings !== undefined && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

function fileOf(specifier: ts.Expression, file: string): string {
  const path = (specifier as ts.StringLiteral).text.replace(/\.js$/, '.ts');
  const [, ring, rest] = /^@(\w+)\/(.*)$/.exec(path) ?? [];
  return ring === undefined ? posix.join(posix.dirname(file), path) : `libs/${ring}/src/${rest}`;
}

function classOf(file: string, node: ts.ClassDeclaration, name: string): DeclaredClass {
  const parent = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0];
  const methods = new Map<string, Documented>();
  const dependencies = new Map<string, string>();
  for (const member of node.members) {
    if (ts.isConstructorDeclaration(member))
      for (const { name: parameter, type } of member.parameters)
        if (type !== undefined) dependencies.set(parameter.getText(), type.getText());
    if (member.name !== undefined) methods.set(member.name.getText(), documented(file, member, member.name.getText()));
  }
  const decorators = (ts.getDecorators(node) ?? []).map((decorator) => decorator.getText());
  return {
    ...documented(file, node, name),
    parent: parent?.expression.getText() ?? null,
    isAbstract: node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword) ?? false,
    sees: tagsOf(node, 'see'),
    dependencies,
    methods,
    answers:
      decorators.map((text) => /^@QueryHandler\((\w+)\)/.exec(text)?.[1]).find((one) => one !== undefined) ?? null,
  };
}

const documented = (file: string, node: ts.Node, name: string): Documented => ({
  file,
  name,
  throws: tagsOf(node, 'throws'),
  calls: callsIn(node),
});

/** As written: the compiler takes a part of a `@see` for a name. */
function tagsOf(node: ts.Node, name: string): string[] {
  return ts
    .getJSDocTags(node)
    .filter(({ tagName }) => tagName.text === name)
    .map((tag) =>
      tag
        .getText()
        .replace(/\s*\n\s*\*/g, ' ')
        .replace(/\s+/g, ' ')
        .replace(`@${name} `, '')
        .replace(/[\s/*]+$/, ''),
    );
}

function callsIn(body: ts.Node): Calls {
  const thrown = new Set<string>();
  const ofDependencies: (readonly [string, string])[] = [];
  const own = new Set<string>();
  const ofOthers = new Set<string>();
  const functions = new Set<string>();
  const caught = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isThrowStatement(node) && ts.isNewExpression(node.expression))
      thrown.add(node.expression.expression.getText());
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword)
      caught.add(node.right.getText());
    if (ts.isCallExpression(node)) {
      const { expression: called } = node;
      if (ts.isIdentifier(called)) functions.add(called.text);
      if (ts.isPropertyAccessExpression(called)) {
        const [, dependency] = /^this\.(\w+)$/.exec(called.expression.getText()) ?? [];
        if (called.expression.kind === ts.SyntaxKind.ThisKeyword) own.add(called.name.text);
        else if (dependency !== undefined) ofDependencies.push([dependency, called.name.text]);
        else ofOthers.add(called.name.text);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(body);
  return { thrown, ofDependencies, own, ofOthers, functions, caught };
}
