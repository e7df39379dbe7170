/** Reads an upload's body: multipart with or without a file name, or JSON with base64. */
import type { MultipartFile, MultipartValue } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { asRecord } from '../../core/values.js';
import { invalidRequest } from '../contract/errors.js';

export interface UploadBody {
  fields: Record<string, unknown>;
  bytes?: Buffer;
  /** The content type the part named for itself. */
  mime?: string;
}

/** Takes a multipart body apart before the route runs, so that faults and the ledger see its fields as they see any body's. */
export async function unpackMultipart(request: FastifyRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const body: Record<string, unknown> = {};
  for await (const part of request.parts() as AsyncIterableIterator<MultipartFile | MultipartValue>) {
    if (part.type !== 'file') body[part.fieldname] = part.value;
    else {
      body[part.fieldname] = await part.toBuffer();
      body[`${part.fieldname}.type`] = part.mimetype;
    }
  }
  request.body = body;
}

export function readUpload(request: FastifyRequest): UploadBody {
  const { media, 'media.type': mime, ...fields } = asRecord(request.body);
  if (Buffer.isBuffer(media)) return { fields, bytes: media, ...(typeof mime === 'string' ? { mime } : {}) };
  if (typeof media !== 'string') return { fields };
  if (request.isMultipart()) return { fields, bytes: Buffer.from(media, 'latin1') };
  // Node decodes what it can and drops the rest; X refuses what is not base64.
  const bytes = Buffer.from(media, 'base64');
  if (bytes.length === 0 || bytes.toString('base64').replace(/=+$/, '') !== media.replace(/=+$/, ''))
    throw invalidRequest([{ message: '$.media: is not base64' }]);
  return { fields, bytes };
}
