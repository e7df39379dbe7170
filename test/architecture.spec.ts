/** The project keeps the import rules and the text rules, and each rule finds the violation that is planted for it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dirname } from 'node:path';
import { cruise, FOLDERS, plant, ROOT, sources, type Cruise } from './architecture/cruise.js';
import { TEXT_RULES, textViolations } from './architecture/text-rules.js';
import { TEXT_VIOLATIONS, VIOLATIONS, UPRIGHT } from './architecture/violations.js';

const FENCE: string = '../.dependency-cruiser.mjs';
const { default: rules } = (await import(FENCE)) as {
  default: { forbidden: { name: string; severity: string }[] };
};

const planted = plant({
  ...UPRIGHT,
  ...Object.fromEntries([...VIOLATIONS, ...TEXT_VIOLATIONS].map(([, file, text]) => [file, text])),
});
afterAll(() => planted.remove());

let project: Cruise;
let withViolations: Cruise;
beforeAll(async () => {
  [project, withViolations] = await Promise.all([cruise(ROOT), cruise(planted.tree)]);
});

describe('The project', () => {
  it('breaks no import rule', () => {
    expect(project.violations).toEqual([]);
  });

  it('is checked in every folder', () => {
    const folders = [
      'libs/domain',
      'libs/application',
      'libs/infrastructure',
      'apps/api',
      'packages/sandbox/src',
      'scripts',
      'tools',
    ];
    for (const folder of folders) {
      expect([...sources(ROOT, [folder]).keys()].filter((file) => !project.files.includes(file))).toEqual([]);
      expect(project.files.filter((file) => file.startsWith(`${folder}/`)).length).toBeGreaterThan(3);
    }
  });

  it('IN-06 calls out, climbs, reads clock, chance and settings only where it may, and uses plain words', () => {
    const folders = [...FOLDERS, 'test', 'packages/sandbox', 'docs'];
    expect(textViolations(sources(ROOT, folders, /\.([mc]?tsx?|md)$/))).toEqual([]);
  });
});

describe('The import rules', () => {
  it.each(VIOLATIONS)('%s stops %s', (rule, file) => {
    // A rule for folders names the folder.
    const names = [file, dirname(file)];
    const found = withViolations.violations.filter(({ from, circle }) => names.includes(from) || circle.includes(file));

    expect(found.map((violation) => violation.rule)).toContain(rule);
  });

  it('lets every upright file pass', () => {
    const stopped = withViolations.violations.filter(({ from }) => from in UPRIGHT);

    expect(stopped).toEqual([]);
    expect(withViolations.files).toEqual(expect.arrayContaining(Object.keys(UPRIGHT)));
  });

  it('has no rule that was never put to the test', () => {
    expect(new Set(VIOLATIONS.map(([rule]) => rule))).toEqual(new Set(rules.forbidden.map((rule) => rule.name)));
    expect(rules.forbidden.filter((rule) => rule.severity !== 'error')).toEqual([]);
  });
});

describe('The rules of text', () => {
  const stopped = textViolations(sources(planted.tree));

  it.each(TEXT_VIOLATIONS)('%s stops %s', (rule, file) => {
    expect(stopped).toContain(`${rule}: ${file}`);
  });

  it('let every upright file pass', () => {
    expect(stopped.filter((line) => line.slice(line.indexOf(': ') + 2) in UPRIGHT)).toEqual([]);
  });

  it('have none among them that was never put to the test', () => {
    expect(new Set(TEXT_VIOLATIONS.map(([rule]) => rule))).toEqual(new Set(TEXT_RULES.map((rule) => rule.name)));
  });
});
