/** class-validator at the door: unknown fields are refused; a bad query is 400, a bad body 422. */
import { Injectable, ValidationPipe, type ArgumentMetadata } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { InputRejected, type FieldProblemView } from './problem.js';

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
    try {
      return await super.transform(value, metadata);
    } catch (errors) {
      if (!Array.isArray(errors)) throw errors;
      throw new InputRejected(metadata.type === 'body' ? 'invalid_body' : 'invalid_query', fieldsOf(errors));
    }
  }
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
