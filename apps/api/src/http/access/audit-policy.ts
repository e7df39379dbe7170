/**
 * Declares what a route that changes something writes to the audit log. The program does not start with such a route
 * without it.
 */
import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { AuditAction } from '@application/ports/audit.js';

export type AuditPolicy =
  | { readonly kind: 'audited'; readonly actions: readonly AuditAction[] }
  | { readonly kind: 'not-audited'; readonly why: string };

export const AUDIT = 'audit';

/** Its command writes one of these, in the transaction of the change. Shown in the API's description. */
export const Audited = (...actions: readonly [AuditAction, ...AuditAction[]]): MethodDecorator =>
  applyDecorators(
    SetMetadata(AUDIT, { kind: 'audited', actions } satisfies AuditPolicy),
    ApiExtension('x-audit', actions),
  );

/** @param why in a sentence, for readers who miss the route in the log */
export const NotAudited = (why: string): MethodDecorator =>
  applyDecorators(
    SetMetadata(AUDIT, { kind: 'not-audited', why } satisfies AuditPolicy),
    ApiExtension('x-not-audited', why),
  );
