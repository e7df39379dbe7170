/** Every route names one access policy; a route without one does not boot. */
import { SetMetadata } from '@nestjs/common';
import type { Permission } from '@domain/organisation/role.js';

export type AccessPolicy =
  | { readonly kind: 'open' }
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'permission'; readonly permission: Permission };

export const ACCESS = 'access';

/** For anybody: health, documentation, and pages that are opened by a secret of their own. */
export const Open = (): MethodDecorator & ClassDecorator =>
  SetMetadata(ACCESS, { kind: 'open' } satisfies AccessPolicy);

/** For everybody with a valid token. */
export const SignedIn = (): MethodDecorator => SetMetadata(ACCESS, { kind: 'signed-in' } satisfies AccessPolicy);

/** For whoever may do this in the organisation that the path names as `:org`. */
export const Allow = (permission: Permission): MethodDecorator =>
  SetMetadata(ACCESS, { kind: 'permission', permission } satisfies AccessPolicy);
