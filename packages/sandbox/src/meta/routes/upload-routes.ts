/** The upload host's paths: bytes or a `file_url` for reels and resumable containers (docs/providers/meta.md, "Wire conventions", "Page Reel", "Instagram containers"). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callOf } from '../../core/call.js';
import { needInstagramPublish, needPagePublish } from '../graph/guard.js';
import type { Asker } from '../graph/ask.js';
import { GraphError } from '../contract/errors.js';
import type { Meta } from '../graph/meta.js';
import { isFetchable } from '../nodes/media-url.js';

interface Target {
  readonly received: number;
  /** Throws where the viewer may not publish there. */
  admit(asker: Asker): void;
  receive(bytes: number, complete: boolean): void;
}

export function ruploadRoutes(server: FastifyInstance, meta: Meta): void {
  const upload =
    (find: (id: string, now: number) => Target | undefined) => (request: FastifyRequest, reply: FastifyReply) =>
      receive(meta, find, request, reply);
  const toVideo = upload((id, now) => {
    const video = meta.videos.find(id);
    const page = video && meta.directory.page(video.pageId);
    if (video === undefined || page === undefined || video.finishedAt !== undefined) return undefined;
    return {
      received: video.received,
      admit: (asker) => needPagePublish(asker, page),
      receive: (bytes, complete) => meta.videos.receive(id, bytes, now, complete),
    };
  });
  const toContainer = upload((id, now) => {
    const container = meta.containers.find(id);
    const account = container && meta.directory.instagram(container.instagramId);
    if (container === undefined || account === undefined || container.mediaUrl !== '') return undefined;
    return {
      received: container.received,
      admit: (asker) => needInstagramPublish(asker, account),
      receive: (bytes, complete) => meta.containers.receive(id, bytes, now, complete),
    };
  });
  server.post('/video-upload/:version/:id', toVideo);
  server.post('/video-upload/:id', toVideo);
  server.post('/ig-api-upload/:version/:id', toContainer);
}

function receive(
  meta: Meta,
  find: (id: string, now: number) => Target | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  // This host wants the scheme OAuth; Bearer is Graph's.
  const token = /^oauth +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return refuse(reply, 401, 'NotAuthorizedError', 'Authorization: OAuth <token> is required');
  try {
    const viewer = meta.authentication.authenticate(token);
    if (viewer.kind === 'app') return refuse(reply, 401, 'NotAuthorizedError', 'A person or Page token is required');
    const call = callOf(request);
    call.person = viewer.person.id;
    call.token = token;
    const { id } = request.params as { id: string };
    const now = meta.now(viewer.person.id);
    const target = find(id, now);
    if (target === undefined) return refuse(reply, 404, 'NotFoundError', `No upload ${id} is waiting`);
    target.admit({ meta, viewer, now });
    return take(target, request, reply);
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    // Missing and invisible are one answer, as on Graph.
    if (error.details.subcode === 33) return refuse(reply, 404, 'NotFoundError', error.message);
    return refuse(reply, 401, 'NotAuthorizedError', error.message);
  }
}

function take(target: Target, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const url = header(request, 'file_url');
  if (url !== undefined) {
    if (!isFetchable(url))
      return refuse(reply, 400, 'ProcessingFailedError', 'The file could not be fetched from file_url');
    target.receive(0, true);
    return reply.send({ success: true, message: 'Upload successful.' });
  }
  const offset = Number(header(request, 'offset') ?? Number.NaN);
  const size = Number(header(request, 'file_size') ?? Number.NaN);
  if (!Number.isInteger(offset) || !Number.isInteger(size) || size <= 0) {
    return refuse(reply, 400, 'ParameterError', 'The headers offset and file_size are required');
  }
  if (offset !== target.received)
    return refuse(reply, 400, 'OffsetInvalidError', `Request processing failed: offset is ${target.received}`);
  const sent = Buffer.isBuffer(request.body) ? request.body.length : Number(request.headers['content-length'] ?? 0);
  const received = offset + sent;
  if (received > size) return refuse(reply, 400, 'ParameterError', 'More bytes than file_size says');
  target.receive(received, received === size);
  return reply.send(
    received === size ? { success: true, message: 'Upload successful.' } : { success: true, offset: received },
  );
}

const header = (request: FastifyRequest, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

function refuse(reply: FastifyReply, status: number, type: string, message: string): FastifyReply {
  return reply.code(status).send({ debug_info: { retriable: false, type, message } });
}
