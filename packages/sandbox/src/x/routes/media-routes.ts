/** X's media upload v2 and alt text (docs/providers/x.md §4.6). */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callOf } from '../../core/call.js';
import { asText } from '../../core/values.js';
import type { World } from '../../core/world.js';
import { charge, prices } from '../access/billing.js';
import { badParameter, invalidRequest } from '../contract/errors.js';
import type { Guard } from '../access/guard.js';
import type { Session } from '../access/session.js';
import { ROUTES } from '../contract/routes.js';
import { readBody } from './read-body.js';
import { queryOf } from '../views/fields.js';
import type { XPerson } from '../people/people.js';
import { checkInit, initBody, isMediaType, type InitBody } from './media-body.js';
import type { MediaStore, MediaItem } from '../content/media.js';
import { readUpload, type UploadBody } from './upload-body.js';

const metadataBody = z.strictObject({
  id: z.string(),
  metadata: z.looseObject({ alt_text: z.strictObject({ text: z.string().max(1000) }).optional() }),
});

const oneShotBody = initBody.omit({ total_bytes: true });
/** The one-request form need not name its type: what the part says of itself, if that is one, or what the category suggests. */
const likelyType = ({ mime = '' }: UploadBody, category: string): string =>
  isMediaType(mime) ? mime : category === 'subtitles' ? 'text/srt' : 'image/jpeg';

const segmentLimit = 8 * 1024 * 1024;

export function mediaRoutes(app: FastifyInstance, world: World, guard: Guard, media: MediaStore): void {
  const expires = 86_400;
  const show = (item: MediaItem): Record<string, unknown> => {
    const processing = media.processing(item);
    return {
      data: {
        id: item.id,
        media_key: item.key,
        ...(item.finishedAt === undefined ? {} : { size: item.totalBytes }),
        expires_after_secs: expires,
        ...(processing ? { processing_info: processing } : {}),
      },
    };
  };
  const own = (session: Session, id: string): MediaItem => {
    const item = media.find(id);
    if (!item || item.owner !== session.person?.id || media.isExpired(item))
      throw badParameter('id', id, 'is not a media id of this user');
    return item;
  };
  const create = (request: FastifyRequest, session: Session, input: InitBody): MediaItem => {
    const person = session.person as XPerson;
    checkInit(input, person);
    const item = media.open(
      person.id,
      input.additional_owners ?? [],
      input.media_type,
      input.media_category,
      input.total_bytes,
    );
    callOf(request).created.push(item.id);
    return item;
  };
  const appendTo = (session: Session, id: string, upload: UploadBody): Record<string, unknown> => {
    const item = own(session, id);
    // A number in JSON, text in a form. Nothing is not 0.
    const index = upload.fields['segment_index'];
    const segment = Number(index);
    if (!/^\d{1,3}$/.test(asText(index)))
      throw invalidRequest([{ message: '$.segment_index: is not between 0 and 999' }]);
    if (!upload.bytes) throw invalidRequest([{ message: '$.media: is missing' }]);
    if (upload.bytes.length > segmentLimit)
      throw invalidRequest([{ message: `Segment size must be ${segmentLimit} bytes or less.` }]);
    if (item.finishedAt !== undefined) throw invalidRequest([{ message: 'The media was already finalized.' }]);
    media.append(item, segment, upload.bytes);
    return { data: { expires_at: Math.floor(item.createdAt / 1000) + expires } };
  };
  const finish = (session: Session, id: string): Record<string, unknown> => {
    const item = own(session, id);
    const done = item.finishedAt === undefined ? media.finish(item) : item;
    if (!done) throw invalidRequest([{ message: 'Segments do not add up to provided total file size.' }]);
    return show(done);
  };

  app.post('/2/media/upload/initialize', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.uploadInitialize);
    return show(create(request, session, readBody(initBody, request.body)));
  });

  app.post<{ Params: { id: string } }>('/2/media/upload/:id/append', (request, reply) =>
    appendTo(guard.enter(request, reply, ROUTES.uploadAppend), request.params.id, readUpload(request)),
  );

  app.post<{ Params: { id: string } }>('/2/media/upload/:id/finalize', (request, reply) =>
    finish(guard.enter(request, reply, ROUTES.uploadFinalize), request.params.id),
  );

  app.post('/2/media/upload', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.uploadOneShot);
    const upload = readUpload(request);
    const given = { ...queryOf(request.query), ...upload.fields };
    if (given['command'] !== undefined) return oldForm(request, session, given, upload);
    if (!upload.bytes) throw invalidRequest([{ message: '$.media: is missing' }]);
    const category = asText(given['media_category']);
    if (!['tweet_image', 'dm_image', 'subtitles'].includes(category))
      throw invalidRequest([{ message: '$.media_category: is not one of [tweet_image,dm_image,subtitles]' }]);
    const owners = given['additional_owners'];
    const announced = readBody(oneShotBody, {
      ...given,
      media_type: given['media_type'] ?? likelyType(upload, category),
      // A form has no lists.
      ...(typeof owners === 'string' ? { additional_owners: owners.split(',') } : {}),
    });
    const item = create(request, session, { ...announced, total_bytes: upload.bytes.length });
    media.append(item, 0, upload.bytes);
    return finish(session, item.id);
  });

  /** The retired one-URL form; whether it still answers is unconfirmed. */
  function oldForm(
    request: FastifyRequest,
    session: Session,
    given: Record<string, unknown>,
    upload: UploadBody,
  ): Record<string, unknown> {
    if (world.switches.get('x.media_one_url', session.person?.id) === 'refuse') {
      throw invalidRequest([
        {
          parameters: { command: [asText(given['command'])] },
          message: 'The `command` parameter is no longer supported; use the dedicated endpoints.',
        },
      ]);
    }
    const id = asText(given['media_id']);
    if (given['command'] === 'APPEND') return appendTo(session, id, { ...upload, fields: given });
    if (given['command'] === 'FINALIZE') return finish(session, id);
    return show(
      create(
        request,
        session,
        readBody(initBody, {
          media_type: given['media_type'],
          total_bytes: Number(given['total_bytes']),
          media_category: given['media_category'],
        }),
      ),
    );
  }

  app.get('/2/media/upload', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.uploadStatus);
    const query = queryOf(request.query);
    if (query['command'] !== undefined && query['command'] !== 'STATUS')
      throw badParameter('command', query['command'], 'is not one of [STATUS]');
    return show(own(session, query['media_id'] ?? ''));
  });

  app.post('/2/media/metadata', (request, reply) => {
    const session = guard.enter(request, reply, ROUTES.mediaMetadata);
    const body = readBody(metadataBody, request.body);
    const item = own(session, body.id);
    const text = body.metadata.alt_text?.text;
    if (text !== undefined) media.save({ ...item, alt: text });
    charge(callOf(request), prices.altText);
    return { data: { id: item.id, associated_metadata: body.metadata } };
  });
}
