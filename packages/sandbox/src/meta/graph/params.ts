/** A request's parameters as Graph takes them: query, form, multipart or JSON, all alike. */
import type { FastifyRequest } from 'fastify';
import type { Upload } from './ask.js';

/** Query and body in one map; of a name given twice the last counts, and JSON values stay JSON text. */
export function readParams(request: FastifyRequest): Map<string, string> {
  const params = new Map<string, string>();
  for (const source of [request.query, request.body]) collect(source, params);
  return params;
}

function collect(source: unknown, params: Map<string, string>): void {
  if (typeof source !== 'object' || source === null || Buffer.isBuffer(source) || Array.isArray(source)) return;
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined || value === null) continue;
    const one: unknown =
      Array.isArray(value) && typeof value[0] === 'string' && !isJsonBody(name) ? value.at(-1) : value;
    params.set(name, typeof one === 'string' ? one : JSON.stringify(one));
  }
}

/** Lists of words that a JSON body may give as a list. */
const isJsonBody = (name: string): boolean =>
  ['children', 'collaborators', 'attached_media', 'user_tags', 'batch'].includes(name);

/** Every value of a name that a form repeats. */
export function valuesOf(body: unknown, name: string): string[] {
  if (typeof body !== 'object' || body === null) return [];
  const value = (body as Record<string, unknown>)[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((item): item is string => typeof item === 'string');
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The file parts of a multipart body. */
    uploads: ReadonlyMap<string, Upload> | null;
  }
}

/**
 * Takes a multipart body apart before the route runs, so that fault rules and the ledger see its fields as they see any
 * body's; of files only type and size are kept.
 */
export async function unpackMultipart(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const body: Record<string, unknown> = {};
  const files = new Map<string, Upload>();
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      body[part.fieldname] = part.value;
      continue;
    }
    let size = 0;
    for await (const chunk of part.file) size += (chunk as Buffer).length;
    files.set(part.fieldname, { type: part.mimetype, size });
  }
  request.body = body;
  request.uploads = files;
}

/** The token of a request: `Bearer` or `OAuth` in the header, or the `access_token` parameter. */
export function tokenOf(request: FastifyRequest, params: ReadonlyMap<string, string>): string | undefined {
  const header = /^(?:bearer|oauth) +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return header ?? (params.get('access_token') || undefined);
}
