/** Refuses query parameters or a body that the route does not declare, as unknown fields are refused. */
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import type { FastifyRequest } from 'fastify';
import { isApi } from './api-route.js';
import { InputRejected } from '../problems/problem.js';

@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // Links to pages are made by others, and callbacks have parameters that the providers choose.
    if (!isApi(request)) return true;
    const declared = argumentsOf(context);
    if (!declared.has(RouteParamtypes.QUERY)) {
      refuse('invalid_query', Object.keys(request.query as object));
    }
    if (!declared.has(RouteParamtypes.BODY) && request.body !== undefined && request.body !== null) {
      const isObject = typeof request.body === 'object' && !Array.isArray(request.body);
      refuse('invalid_body', isObject ? Object.keys(request.body) : ['body']);
    }
    return true;
  }
}

/** The kinds of the handler's arguments, in the keys that its decorators stored (`3:0`: a body, first). */
function argumentsOf(context: ExecutionContext): ReadonlySet<number> {
  const noted = Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), context.getHandler().name) as object;
  return new Set(Object.keys(noted ?? {}).map((key) => Number.parseInt(key, 10)));
}

function refuse(code: 'invalid_query' | 'invalid_body', names: readonly string[]): void {
  if (names.length === 0) return;
  throw new InputRejected(
    code,
    names.map((field) => ({ field, message: 'should not exist' })),
  );
}
