/** Every error that can be born has its line in the API's catalogue, under the status of its kind; no line is a dead one. */
import { describe, expect, it } from '@jest/globals';
import { DomainError, type ErrorKind } from '@domain/errors.js';
import { CATALOGUE } from '../../apps/api/src/http/problems/catalogue.js';
import { ROOT, sources } from './cruise.js';

const STATUS: Readonly<Record<ErrorKind, number>> = {
  malformed: 400,
  unauthenticated: 401,
  refused: 403,
  missing: 404,
  conflict: 409,
  limit: 409,
  invalid: 422,
  unavailable: 503,
};

interface Declared {
  readonly name: string;
  readonly parent: string;
  readonly file: string;
  readonly isAbstract: boolean;
}

const CLASS = /^export (abstract )?class (\w+)(?:<[^>]*>)? extends (\w+)/gm;

function declaredErrors(files: ReadonlyMap<string, string>): Declared[] {
  const all = [...files].flatMap(([file, text]) =>
    [...text.matchAll(CLASS)].map(([, isAbstract, name = '', parent = '']) => ({
      name,
      parent,
      file,
      isAbstract: isAbstract !== undefined,
    })),
  );
  const errors = new Set(['DomainError']);
  for (let known = 0; known < errors.size;) {
    known = errors.size;
    for (const { name, parent } of all) if (errors.has(parent)) errors.add(name);
  }
  return all.filter(({ name, isAbstract }) => errors.has(name) && !isAbstract);
}

const program = sources(ROOT, ['libs', 'apps/api']);
const declared = declaredErrors(program);

/** Arguments shape the sentence alone; the kind is the class's own. */
async function born({ name, file }: Declared): Promise<DomainError> {
  const module = (await import(`${ROOT}/${file}`)) as Record<string, unknown>;
  const what = { provider: 'x' };
  return Reflect.construct(module[name] as new (...values: unknown[]) => DomainError, [what, what, what]);
}

describe('The walk', () => {
  it('finds errors in every ring that has them, also those that extend another one', () => {
    const names = declared.map((one) => one.name);

    expect(names).toEqual(
      expect.arrayContaining(['PlanLimitReached', 'CursorInvalid', 'ProviderThrottled', 'OrgIdMalformed']),
    );
    expect(names).not.toContain('ProviderFault');
  });

  it('finds a planted one, and a planted child of it', () => {
    const planted = new Map([
      ['a.ts', 'export abstract class Root extends DomainError {}\nexport class Leaf extends Root {}'],
      ['b.ts', 'export class Other extends Error {}'],
    ]);

    expect(declaredErrors(planted).map((one) => one.name)).toEqual(['Leaf']);
  });
});

describe.each(declared.map((one) => [one.name, one] as const))('%s', (_, one) => {
  it('has its line, and the status of its kind', async () => {
    const error = await born(one);

    expect(error).toBeInstanceOf(DomainError);
    expect({ code: error.code, status: CATALOGUE[error.code]?.status }).toEqual({
      code: error.code,
      status: STATUS[error.kind],
    });
  });
});

describe('The catalogue', () => {
  it('has no line that nothing can answer', async () => {
    const codes = new Set((await Promise.all(declared.map(born))).map((error) => error.code));
    const written = [...program]
      .filter(([file]) => file.startsWith('apps/api/') && !file.endsWith('/catalogue.ts'))
      .map(([, text]) => text)
      .join('\n');
    const unused = Object.keys(CATALOGUE).filter((code) => !codes.has(code) && !written.includes(`'${code}'`));

    expect(unused).toEqual([]);
  });

  it('promises a later success only where waiting can bring one', () => {
    for (const [code, { status, retryable, action }] of Object.entries(CATALOGUE)) {
      if (retryable) expect([code, status >= 500 || action === 'wait']).toEqual([code, true]);
      if (action === 'wait') expect([code, status === 503 || retryable]).toEqual([code, true]);
      if (status === 503) expect([code, ['wait', 'contact_admin']]).toEqual([code, expect.arrayContaining([action])]);
    }
  });

  it('names each line differently', () => {
    for (const [code, { title }] of Object.entries(CATALOGUE)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(title).toMatch(/^\S.*[^.]$/);
    }
  });
});
