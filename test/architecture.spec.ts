/** The house keeps its rules, and the rules bite: each is shown a trespass that it has to stop. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dirname } from 'node:path';
import { cruise, FOLDERS, plant, ROOT, sources, type Cruise } from './architecture/cruise.js';
import { TEXT_RULES, textTrespasses } from './architecture/text-rules.js';
import { TEXT_TRESPASSES, TRESPASSES, UPRIGHT } from './architecture/trespasses.js';

const FENCE: string = '../.dependency-cruiser.mjs';
const { default: rules } = (await import(FENCE)) as {
  default: { forbidden: { name: string; severity: string }[] };
};

const planted = plant({
  ...UPRIGHT,
  ...Object.fromEntries([...TRESPASSES, ...TEXT_TRESPASSES].map(([, file, text]) => [file, text])),
});
afterAll(() => planted.remove());

let house: Cruise;
let trespassed: Cruise;
beforeAll(async () => {
  [house, trespassed] = await Promise.all([cruise(ROOT), cruise(planted.tree)]);
});

describe('The house', () => {
  it('has no import across the fence', () => {
    expect(house.violations).toEqual([]);
  });

  it('was looked at in every room', () => {
    const rooms = [
      'libs/domain',
      'libs/application',
      'libs/infrastructure',
      'apps/api',
      'packages/sandbox/src',
      'scripts',
      'tools',
    ];
    for (const room of rooms) {
      expect([...sources(ROOT, [room]).keys()].filter((file) => !house.files.includes(file))).toEqual([]);
      expect(house.files.filter((file) => file.startsWith(`${room}/`)).length).toBeGreaterThan(3);
    }
  });

  it('IN-06 calls out, climbs, reads clock, chance and settings only where it may, and uses plain words', () => {
    const folders = [...FOLDERS, 'test', 'packages/sandbox', 'docs'];
    expect(textTrespasses(sources(ROOT, folders, /\.([mc]?tsx?|md)$/))).toEqual([]);
  });
});

describe('The fence', () => {
  it.each(TRESPASSES)('%s stops %s', (rule, file) => {
    // A rule for folders names the folder.
    const names = [file, dirname(file)];
    const found = trespassed.violations.filter(({ from, circle }) => names.includes(from) || circle.includes(file));

    expect(found.map((violation) => violation.rule)).toContain(rule);
  });

  it('lets every upright file pass', () => {
    const stopped = trespassed.violations.filter(({ from }) => from in UPRIGHT);

    expect(stopped).toEqual([]);
    expect(trespassed.files).toEqual(expect.arrayContaining(Object.keys(UPRIGHT)));
  });

  it('has no rule that was never put to the test', () => {
    expect(new Set(TRESPASSES.map(([rule]) => rule))).toEqual(new Set(rules.forbidden.map((rule) => rule.name)));
    expect(rules.forbidden.filter((rule) => rule.severity !== 'error')).toEqual([]);
  });
});

describe('The rules of text', () => {
  const stopped = textTrespasses(sources(planted.tree));

  it.each(TEXT_TRESPASSES)('%s stops %s', (rule, file) => {
    expect(stopped).toContain(`${rule}: ${file}`);
  });

  it('let every upright file pass', () => {
    expect(stopped.filter((line) => line.slice(line.indexOf(': ') + 2) in UPRIGHT)).toEqual([]);
  });

  it('have none among them that was never put to the test', () => {
    expect(new Set(TEXT_TRESPASSES.map(([rule]) => rule))).toEqual(new Set(TEXT_RULES.map((rule) => rule.name)));
  });
});
