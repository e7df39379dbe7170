/** Every error of the domain is a sentence of what is wrong, and a code that is its name. */
import { describe, expect, it } from '@jest/globals';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '@domain/errors.js';

type Born = new (...values: never[]) => DomainError;

const SOURCES = join(process.cwd(), 'libs/domain/src');
const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const modules = await Promise.all(
  files.map((file) => import(`@domain/${file.replace(/\.ts$/, '.js')}`) as Promise<Record<string, unknown>>),
);
const classes = modules
  .flatMap((module) => Object.values(module))
  .filter((value): value is Born => typeof value === 'function' && value.prototype instanceof DomainError);
/** What they are told of matters only to their sentences. */
const errors = classes.map((born) => Reflect.construct(born, ['track', 'not_granted', 3]) as DomainError);

const snakeCase = (name: string): string =>
  Array.from(name, (letter, i) => (i > 0 && letter !== letter.toLowerCase() ? '_' : '') + letter.toLowerCase()).join(
    '',
  );

it('The domain has errors', () => {
  expect(errors.length).toBeGreaterThan(15);
});

describe.each(errors.map((error) => [error.constructor.name, error] as const))('%s', (name, error) => {
  it('has its name in snake_case as its code', () => {
    expect(error.code).toBe(snakeCase(name));
    expect(error.name).toBe(name);
  });

  it('is a sentence for people', () => {
    expect(error.message).toMatch(/^[A-Z`].*\.$/s);
  });

  it('is an Error with a stack, so that a log can show where', () => {
    expect(error).toBeInstanceOf(Error);
    expect(error.stack).toContain(name);
  });
});

it('No two errors share a code', () => {
  expect(new Set(errors.map((error) => error.code)).size).toBe(errors.length);
});
