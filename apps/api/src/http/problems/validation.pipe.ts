/** class-validator at the door: unknown fields are refused; a bad query is 400, a bad body 422. */
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InputRejected, type FieldProblemView } from './problem.js';

/** Bodies of this API are flat or nearly so; the libraries behind it recurse, and a deep one would exhaust their stack. */
const DEPTH = 10;

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
    if (deeperThan(value, DEPTH)) {
      throw new InputRejected(code, [{ field: metadata.type, message: `has to be nested less than ${DEPTH} deep` }]);
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

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => deeperThan(inner, levels - 1));
}

/** `constructor` and its like: the validator finds them on every object, and takes them for fields it knows. */
function inheritedNames(value: unknown): FieldProblemView[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value)
    .filter((key) => key in Object.prototype)
    .map((field) => ({ field, message: 'should not exist' }));
}

function fieldsOf(errors: readonly ValidationError[], within = ''): FieldProblemView[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const field = `${within}${property}`;
    const own = Object.values(constraints ?? {}).map((message) => ({
      field,
      message: message.startsWith(`${property} `) ? message.slice(property.length + 1) : message,
    }));
    return [...own, ...fieldsOf(children ?? [], `${field}.`)];
  });
}
