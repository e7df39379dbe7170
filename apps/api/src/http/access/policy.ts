/** Declares the access policy of a route; the program does not start with a route without one. */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiHeader } from '@nestjs/swagger';
import { allowedTo, isRefusedWhileSuspended, type Permission } from '@domain/organisation/role.js';

export type AccessPolicy =
  | { readonly kind: 'open' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'permission'; readonly permission: Permission };

export const ACCESS = 'access';
/** Marks an operation in the API's description as one that takes no token. */
export const OPEN = 'x-open';

/** Marks an operation that is refused while its organisation is suspended or being erased. */
export const SUSPENDABLE = 'x-suspendable';

/** Without a token: health, documentation, and pages that are opened by a secret of their own. */
export const Open = (): MethodDecorator & ClassDecorator =>
  applyDecorators(SetMetadata(ACCESS, { kind: 'open' } satisfies AccessPolicy), ApiExtension(OPEN, true));

/** For every caller with a valid token. */
export const SignedIn = (): MethodDecorator => SetMetadata(ACCESS, { kind: 'signed-in' } satisfies AccessPolicy);

/** For callers with this permission in the organisation that the path names as `:org`. */
export const Allow = (permission: Permission): MethodDecorator =>
  applyDecorators(
    SetMetadata(ACCESS, { kind: 'permission', permission } satisfies AccessPolicy),
    ApiExtension('x-allowed-to', allowedTo(permission)),
    ApiExtension(SUSPENDABLE, isRefusedWhileSuspended(permission)),
    ApiHeader({
      name: 'On-Behalf-Of',
      required: false,
      description: 'From a service: the user id of a member on whose behalf it acts. Then both have to be allowed.',
    }),
  );
