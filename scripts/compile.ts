// Compiles programs, each into the folder of its tsconfig, without checking types: `npm run types` does that. Run by build.ts and by `npm run dev`, as a
// process of its own: node scripts/compile.ts [--watch] <app> …
// Without --watch it prints what it wrote: a JSON object of file (below the root) to size.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { before as describeForSwagger } from '@nestjs/swagger/plugin';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
/**
 * The compiler sees the root folder under this name. So what it emits is the same wherever the folder lies, and Swagger's
 * plugin, which writes paths of types into the output, meets no letter outside of ASCII, which it would garble.
 */
const SEEN = '/social-connections';

const replaced = (path: string, from: string, to: string): string =>
  path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path;
const real = (path: string): string => replaced(path, SEEN, ROOT);
const seen = (path: string): string => replaced(path, ROOT, SEEN);

const system: ts.System = {
  ...ts.sys,
  getCurrentDirectory: () => SEEN,
  resolvePath: (path) => path,
  fileExists: (path) => ts.sys.fileExists(real(path)),
  directoryExists: (path) => ts.sys.directoryExists(real(path)),
  readFile: (path, encoding) => ts.sys.readFile(real(path), encoding),
  writeFile: (path, data, bom) => ts.sys.writeFile(real(path), data, bom),
  createDirectory: (path) => ts.sys.createDirectory(real(path)),
  getDirectories: (path) => ts.sys.getDirectories(real(path)),
  readDirectory: (path, ...rest) => ts.sys.readDirectory(real(path), ...rest).map(seen),
  realpath: (path) => seen(ts.sys.realpath?.(real(path)) ?? path),
  getModifiedTime: (path) => ts.sys.getModifiedTime?.(real(path)),
  watchFile: (path, callback, ...rest) =>
    ts.sys.watchFile!(real(path), (file, ...more) => callback(seen(file), ...more), ...rest),
  watchDirectory: (path, callback, ...rest) =>
    ts.sys.watchDirectory!(real(path), (file) => callback(seen(file)), ...rest),
};

interface NestCli {
  readonly compilerOptions: { readonly plugins: readonly [{ readonly options: object }] };
  readonly projects: Readonly<Record<string, { readonly compilerOptions: { readonly tsConfigPath: string } }>>;
}
/** The Nest CLI's own settings: `nest build` makes the same of them, in a folder whose path it can bear. */
const NEST = JSON.parse(readFileSync(join(ROOT, 'nest-cli.json'), 'utf8')) as NestCli;

const configOf = (app: string): string => join(SEEN, NEST.projects[app]!.compilerOptions.tsConfigPath);
const OVERRIDES: ts.CompilerOptions = { incremental: false, tsBuildInfoFile: undefined, noEmit: false };

function transformersFor(program: ts.Program): ts.CustomTransformers {
  const swagger = describeForSwagger(
    NEST.compilerOptions.plugins[0].options,
    program,
  ) as ts.TransformerFactory<ts.SourceFile>;
  return { before: [swagger], after: [relativeImports(program.getCompilerOptions())] };
}

/** Node knows no `paths`: an alias becomes the relative path of the emitted file. */
function relativeImports({ paths = {} }: ts.CompilerOptions): ts.TransformerFactory<ts.SourceFile> {
  const folders = Object.entries(paths).map(([alias, [target = '']]) => ({
    alias: alias.replace('*', ''),
    folder: join(SEEN, target.replace('*', '')),
  }));
  return (context) => (file) => {
    const shorten = (specifier: ts.Expression): ts.Expression => {
      if (!ts.isStringLiteral(specifier)) return specifier;
      const found = folders.find(({ alias }) => specifier.text.startsWith(alias));
      if (!found) return specifier;
      const path = relative(dirname(file.fileName), join(found.folder, specifier.text.slice(found.alias.length)));
      return context.factory.createStringLiteral(path.startsWith('.') ? path : `./${path}`);
    };
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isImportDeclaration(node))
        return context.factory.updateImportDeclaration(
          node,
          node.modifiers,
          node.importClause,
          shorten(node.moduleSpecifier),
          node.attributes,
        );
      if (ts.isExportDeclaration(node) && node.moduleSpecifier)
        return context.factory.updateExportDeclaration(
          node,
          node.modifiers,
          node.isTypeOnly,
          node.exportClause,
          shorten(node.moduleSpecifier),
          node.attributes,
        );
      return node;
    };
    return ts.visitEachChild(file, visit, context);
  };
}

const format = (diagnostics: readonly ts.Diagnostic[]): string =>
  ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (path) => path,
    getCurrentDirectory: () => SEEN,
    getNewLine: () => '\n',
  });

/** Throws with the compiler's own words where a file can not be parsed. */
function compile(apps: string[]): Record<string, number> {
  const configs = apps.map((app) => {
    const refuse = (problem: ts.Diagnostic): never => {
      throw new Error(format([problem]));
    };
    const host = { ...system, onUnRecoverableConfigFileDiagnostic: refuse };
    return ts.getParsedCommandLineOfConfigFile(configOf(app), OVERRIDES, host)!;
  });
  const parsed = new Map<string, ts.SourceFile | undefined>();
  const programs = configs.map(({ fileNames, options }) => {
    const host = ts.createIncrementalCompilerHost(options, system);
    const read = host.getSourceFile.bind(host);
    // The apps share most of what they import: each file is parsed once.
    host.getSourceFile = (path, ...rest) => {
      if (!parsed.has(path)) parsed.set(path, read(path, ...rest));
      return parsed.get(path);
    };
    // Types of packages are those of development, which a start does not install.
    return ts.createProgram({ rootNames: fileNames, options: { ...options, types: [], noCheck: true }, host });
  });
  const problems = programs.flatMap((program) => [
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
  ]);
  if (problems.length > 0) throw new Error(format(problems));

  const written: Record<string, number> = {};
  const write: ts.WriteFileCallback = (path, text) => {
    mkdirSync(dirname(real(path)), { recursive: true });
    writeFileSync(real(path), text);
    written[relative(SEEN, path)] = Buffer.byteLength(text);
  };
  for (const program of programs) {
    const { diagnostics } = program.emit(undefined, write, undefined, false, transformersFor(program));
    if (diagnostics.length > 0) throw new Error(format(diagnostics));
  }
  return written;
}

/** Follows every saved file. Types are checked here: it has the time. */
function watch(app: string): void {
  const host = ts.createWatchCompilerHost(
    configOf(app),
    OVERRIDES,
    system,
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    (problem) => void process.stdout.write(format([problem])),
    ({ messageText }) => void process.stdout.write(`${ts.flattenDiagnosticMessageText(messageText, '\n')}\n`),
  );
  const created = host.afterProgramCreate?.bind(host);
  host.afterProgramCreate = (builder) => {
    const emit = builder.emit.bind(builder);
    builder.emit = (file, write, cancel, declarations) =>
      emit(file, write, cancel, declarations, transformersFor(builder.getProgram()));
    created?.(builder);
  };
  ts.createWatchProgram(host);
}

try {
  const args = process.argv.slice(2);
  if (args[0] === '--watch') for (const app of args.slice(1)) watch(app);
  else process.stdout.write(JSON.stringify(compile(args)));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
