/** Rules that no import shows: globals that reach out of the house, and paths that climb out of their room. */

interface TextRule {
  readonly name: string;
  readonly because: string;
  readonly inside: RegExp;
  /** Where it may stand all the same. */
  readonly except?: RegExp;
  readonly forbidden: RegExp;
}

export const TEXT_RULES: readonly TextRule[] = [
  {
    name: 'one-way-out-for-globals',
    because: 'The outgoing HTTP client has the deadlines and the caps; discovery of the issuer is the one exception.',
    inside: /^(libs|apps\/api)\//,
    except: /^libs\/infrastructure\/src\/identity\/issuer-keys\.ts$/,
    forbidden: /(?<![.\w])(fetch|XMLHttpRequest|WebSocket|EventSource)\s*\(|\bglobalThis\.fetch\b/,
  },
  {
    name: 'nothing-climbs',
    because: 'Across a room there is the alias; inside one there is nothing so far away.',
    inside: /^(libs|apps\/api)\//,
    forbidden: /(from|import)\s*\(?\s*['"](\.\.\/){2}/,
  },
  {
    name: 'time-is-a-value',
    because: 'The domain is told the time and the chance: else its rules could not be held to account.',
    inside: /^libs\/domain\//,
    forbidden: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bglobalThis\b/,
  },
  {
    name: 'settings-are-read-once',
    because: 'Configuration is parsed at the start, typed, and handed in.',
    inside: /^(libs|apps\/api)\//,
    except: /^apps\/api\/src\/(main|rotate-keys)\.ts$/,
    forbidden: /\bprocess\.env\b/,
  },
];

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;

/** `<rule>: <file>` for each trespass. */
export function textTrespasses(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const code = text.replace(COMMENTS, '');
    return TEXT_RULES.filter(
      ({ inside, except, forbidden }) => inside.test(path) && !except?.test(path) && forbidden.test(code),
    ).map((rule) => `${rule.name}: ${path}`);
  });
}
