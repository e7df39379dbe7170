/** Rules that no import shows: globals for outgoing calls, paths that leave their folder, and words of comments and strings. */

interface TextRule {
  readonly name: string;
  readonly because: string;
  readonly inside: RegExp;
  /** Where it may stand all the same. */
  readonly except?: RegExp;
  readonly forbidden: RegExp;
  /** `code`: without comments. `all`: comments and strings too, with their line breaks taken out. Default `code`. */
  readonly reads?: 'code' | 'all';
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
    because: 'Across folders there is the alias; inside one nothing is so far away.',
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
  {
    name: 'plain-words',
    because:
      'Comments and sentences use standard terms: caller, no process, again, fix, revoke, successor, in progress.',
    inside: /^(libs|apps|packages|scripts|tools|docs|test)\/|^README\.md$/,
    // The rule itself, and a sentence inside a statement of the foundation: another one would be another migration.
    except: /^(test\/architecture\/|libs\/infrastructure\/src\/persistence\/migrations\/foundation\/audit\.ts$)/,
    forbidden:
      /\b(whoever|whomever|nobody|anybody|anew|mend(s|ed|ing)?|heirs?|burials?|buried|strangers?|(is|are) at it|let(s|ting)?( \w+){0,2} go(?! on))\b/i,
    reads: 'all',
  },
];

const COMMENTS = /\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** A line break with what begins the next line of a comment. */
const LINE_BREAKS = /\s*\n\s*(\*(?!\/)|\/\/|--)?\s*/g;

/** `<rule>: <file>` for each violation. */
export function textViolations(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, text]) => {
    const read = { code: text.replace(COMMENTS, ''), all: text.replace(LINE_BREAKS, ' ') };
    return TEXT_RULES.filter(
      ({ inside, except, forbidden, reads = 'code' }) =>
        inside.test(path) && !except?.test(path) && forbidden.test(read[reads]),
    ).map((rule) => `${rule.name}: ${path}`);
  });
}
