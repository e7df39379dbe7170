/** Decorators that give a controller the actor, the organisation, or a typed id of the request. */
import {
  createParamDecorator,
  type ArgumentMetadata,
  type ExecutionContext,
  type PipeTransform,
  type Type,
} from '@nestjs/common';
import type { TokenIdentity } from '@application/organisations/identity.js';
import { fromWire, type Prefix } from '@application/wire-ids.js';
import type { OrgId, UserId } from '@domain/ids.js';
import type { Actor } from '@domain/organisation/role.js';
import type { ApiRequest } from './access.guard.js';
import { parseOrgId, parseUserId } from './parse.js';

const requestOf = (context: ExecutionContext): ApiRequest => context.switchToHttp().getRequest<ApiRequest>();

/** The caller, as the access guard found it. */
export const By = createParamDecorator((_: unknown, context: ExecutionContext): Actor => requestOf(context).actor!);

/** The identity of the verified token, for the few routes outside an organisation. */
export const Identity = createParamDecorator(
  (_: unknown, context: ExecutionContext): TokenIdentity => requestOf(context).user!,
);

export class OrgIdPipe implements PipeTransform<string, OrgId> {
  transform(value: string): OrgId {
    return parseOrgId(value);
  }
}

export class UserIdPipe implements PipeTransform<string, UserId> {
  transform(value: string): UserId {
    return parseUserId(value);
  }
}

/** `@Param('id', WireId('prof'))` */
export function WireId(prefix: Prefix): Type<PipeTransform<string, string>> {
  return class implements PipeTransform<string, string> {
    transform(value: string, { data }: ArgumentMetadata): string {
      return fromWire(prefix, value, data);
    }
  };
}
