/**
 * Field rules that many bodies share. Of several broken rules the one that was registered first is reported: of
 * decorators, the lowest.
 */
import { applyDecorators } from '@nestjs/common';
import { isEmail, IsString, Length, Matches, registerDecorator, ValidateIf } from 'class-validator';

/**
 * Text of 1 to `most` characters, not all of them blank, that PostgreSQL and JSON can both hold: no NUL, no half of a
 * surrogate pair.
 */
export function Text(most: number): PropertyDecorator {
  return applyDecorators(
    IsString(),
    Length(1, most),
    Matches(/\S/, { message: 'has to be more than blanks' }),
    IsStorable(),
  );
}

/** An e-mail address; the library's own rule fails on half of a surrogate pair. */
export function Email(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isEmail',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value) => typeof value === 'string' && value.length <= 254 && value.isWellFormed() && isEmail(value),
        defaultMessage: () => 'has to be an e-mail address of at most 254 characters',
      },
    });
}

/** null is a value here, and the field may not be left out. */
export function OrNull(): PropertyDecorator {
  return ValidateIf((_, value) => value !== null);
}

/** A field that may be left out, but is not null. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}

/** Query parameters are text: exactly `true` or `false`. */
export function TrueOrFalse(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), IsString(), Matches(/^(true|false)$/, { message: 'has to be true or false' }));
}

function IsStorable(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isStorable',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value) => typeof value === 'string' && !value.includes('\0') && value.isWellFormed(),
        defaultMessage: () => 'has to be well-formed text without NUL',
      },
    });
}

/** An IANA time zone that this runtime knows, by its name: an offset such as `+01:00` means the opposite to PostgreSQL. */
export function IsTimeZone(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isTimeZone',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value) => {
          if (typeof value !== 'string' || /^[+-]/.test(value)) return false;
          try {
            return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
          } catch {
            return false;
          }
        },
        defaultMessage: () => 'has to be an IANA time zone, such as Europe/Berlin',
      },
    });
}
