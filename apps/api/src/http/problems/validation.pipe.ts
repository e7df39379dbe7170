/** Validates input with class-validator: unknown fields are refused; an invalid query is 400, an invalid body 422. */
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InputRejected } from './problem.js';
import type { FieldProblemView } from './problem.view.js';

const MOST_NAMES = 100;

@Injectable()
export class InputPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      stopAtFirstError: true,
      exceptionFactory: (errors) => errors,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && (typeof value !== 'object' || value === null || Array.isArray(value))) {
      throw new InputRejected('invalid_body', [{ field: 'body', message: 'has to be a JSON object' }]);
    }
    const code = metadata.type === 'body' ? 'invalid_body' : 'invalid_query';
    // No declared object has as many; each of them would be checked one by one.
    if (typeof value === 'object' && value !== null && Object.keys(value).length > MOST_NAMES) {
      throw new InputRejected(code, [{ field: metadata.type, message: `has to hold at most ${MOST_NAMES} fields` }]);
    }
    const inherited = inheritedNames(value);
    if (inherited.length > 0) throw new InputRejected(code, inherited);
    try {
      return await super.transform(value, metadata);
    } catch (errors) {
      if (!Array.isArray(errors)) throw errors;
      throw new InputRejected(code, fieldsOf(errors));
    }
  }
}

/** `constructor` and its like: the validator finds them on every object, and accepts them as known fields. */
function inheritedNames(value: unknown, within = ''): FieldProblemView[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key in Object.prototype
      ? [{ field: `${within}${key}`, message: 'should not exist' }]
      : inheritedNames(inner, `${within}${key}.`),
  );
}

function fieldsOf(errors: readonly ValidationError[], within = ''): FieldProblemView[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = `${within}${property}`;
    const own = Object.values(constraints ?? {}).map((message) => ({
      field,
      // The validator begins with the field's name, or with "property" and its name.
      message: withoutName(message, property),
    }));
    return [...own, ...fieldsOf(children ?? [], `${field}.`)];
  });
}

/** Only at the beginning: a field may have the name of a word in the sentence (`to`). */
function withoutName(message: string, property: string): string {
  const name = ['property ', ''].map((start) => `${start}${property} `).find((start) => message.startsWith(start));
  return name === undefined ? message : message.slice(name.length);
}
