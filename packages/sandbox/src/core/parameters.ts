/** Reads a request's parameters for the ledger, and tells secrets from the rest. */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { bearerToken } from './call.js';

/** `name` says where it stood: `query.code`, `body.refresh_token`, `authorization`. */
export interface Parameter {
  name: string;
  value: string;
}

export const fingerprint = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 16);

const secretNames = new Set([
  'access_token',
  'refresh_token',
  'token',
  'input_token',
  'fb_exchange_token',
  'client_secret',
  'app_secret',
  'appsecret_proof',
  'code',
  'code_verifier',
  'signed_request',
  'password',
  'id_token',
  'client_assertion',
  'set_token',
]);

// Long enough for a post's text or a batch, short enough that an upload's base64 does not fill the ledger.
const longest = 8000;

function plain(value: unknown): string {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? `(${value.length} bytes)` : (JSON.stringify(value) ?? '');
}

function collect(source: unknown, where: 'query' | 'body', secrets: Parameter[]): Record<string, string> {
  const shown: Record<string, string> = {};
  if (typeof source !== 'object' || source === null || Buffer.isBuffer(source)) return shown;
  for (const [name, value] of Object.entries(source)) {
    if (value === undefined) continue;
    const text = plain(value);
    if (secretNames.has(name) && text !== '') {
      secrets.push({ name: `${where}.${name}`, value: text });
      shown[name] = `sha256:${fingerprint(text)}`;
    } else {
      shown[name] = text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
    }
  }
  return shown;
}

export function readParameters(request: FastifyRequest): {
  query: Record<string, string>;
  body: Record<string, string>;
  secrets: Parameter[];
} {
  const secrets: Parameter[] = [];
  const bearer = bearerToken(request);
  if (bearer !== undefined) secrets.push({ name: 'authorization', value: bearer });
  return { query: collect(request.query, 'query', secrets), body: collect(request.body, 'body', secrets), secrets };
}
