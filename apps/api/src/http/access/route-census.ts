/**
 * Checks every route at the start: one without an access policy, or one that changes something without an audit policy,
 * stops the program before it listens.
 */
import { Injectable, RequestMethod, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { AUDIT, type AuditPolicy } from './audit-policy.js';
import { ACCESS, type AccessPolicy } from './policy.js';

const CHANGING = [RequestMethod.POST, RequestMethod.PUT, RequestMethod.PATCH, RequestMethod.DELETE, RequestMethod.ALL];

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly policy: AccessPolicy;
  /** Of routes that change something. */
  readonly audit: AuditPolicy | null;
}

@Injectable()
export class RouteCensus implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    this.routes();
  }

  /** @throws Error that names every route without its policies, or with `:org` missing where the policy needs it */
  routes(): Route[] {
    const problems: string[] = [];
    const routes = this.discovery.getControllers().flatMap(({ instance, metatype }) => {
      const prototype = Object.getPrototypeOf(instance) as Record<string, (...args: unknown[]) => unknown>;
      return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
        const handler = prototype[name]!;
        const method = this.reflector.get<RequestMethod | undefined>(METHOD_METADATA, handler);
        if (method === undefined) return [];
        const policy = this.reflector.getAllAndOverride<AccessPolicy | undefined>(ACCESS, [handler, metatype!]);
        const path = [metatype!, handler]
          .map((part) => this.reflector.get<string>(PATH_METADATA, part as never))
          .flatMap((part) => part.split('/'))
          .filter(Boolean)
          .join('/');
        const route = `${RequestMethod[method]} /${path}`;
        if (policy === undefined) problems.push(`${route} has no access policy`);
        else if (policy.kind === 'permission' && !path.includes(':org'))
          problems.push(`${route} names no organisation`);
        const audit = this.reflector.get<AuditPolicy | undefined>(AUDIT, handler) ?? null;
        if (audit === null && CHANGING.includes(method))
          problems.push(`${route} has no audit policy: @Audited('…') or @NotAudited('why')`);
        return policy === undefined ? [] : [{ method: RequestMethod[method], path: `/${path}`, policy, audit }];
      });
    });
    if (problems.length > 0) throw new Error(problems.join('; '));
    return routes;
  }
}
