// Loaded before the API: a route more, by which a test has this very process look after a connection's token, at this very
// moment and beside all others that do. The API itself only queues a check, and any worker may take it.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const built = (file: string): Promise<Record<string, any>> =>
  import(pathToFileURL(join(process.cwd(), 'dist', file)).href) as Promise<Record<string, any>>;

const { NestFactory } = await import('@nestjs/core');
const { Controller, HttpCode, Param, Post, Inject } = await import('@nestjs/common');
const { QueryBus } = await import('@nestjs/cqrs');
const { Allow } = await built('apps/api/src/http/access/policy.js');
const { NotAudited } = await built('apps/api/src/http/audit/audit-policy.js');
