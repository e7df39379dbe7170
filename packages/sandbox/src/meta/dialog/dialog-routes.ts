/** `/{version}/dialog/oauth`: the only part of Meta that a person's browser visits. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { callOf } from '../../core/call.js';
import { pageHeaders } from '../../core/html.js';
import { readParams, valuesOf } from '../graph/params.js';
import type { Meta } from '../graph/meta.js';
import { answer, consentFor } from './dialog.js';
import { consentPage, problemPage, signInPage } from './dialog-page.js';
import { answerUrl, DialogProblem, readDialog } from './dialog-request.js';

const APP_NAME = 'Social Connections';

export function dialogRoutes(server: FastifyInstance, meta: Meta): void {
  server.get('/v:version/dialog/oauth', (request, reply) => {
    const params = readParams(request);
    return guarded(meta, reply, params, () => {
      const person = meta.directory.person(params.get('person') ?? '');
      record(request, params, person?.id);
      const dialog = readDialog(meta, params, person);
      refuseBySwitch(meta, dialog, person?.id);
      const targets = [new URL(dialog.redirectUri).origin];
      if (person === undefined)
        return show(reply, 200, signInPage(meta.directory.signInList(), params, path(request)), targets);
      const consent = consentFor(meta, dialog, person, params.get('edit') === '1');
      return show(reply, 200, consentPage(consent, APP_NAME, params, path(request)), targets);
    });
  });

  server.post('/v:version/dialog/oauth', (request, reply) => {
    const params = readParams(request);
    return guarded(meta, reply, params, () => {
      const person = meta.directory.person(params.get('person') ?? '');
      record(request, params, person?.id);
      const dialog = readDialog(meta, params, person);
      refuseBySwitch(meta, dialog, person?.id);
      const decision = params.get('decision');
      if (person === undefined || (decision !== 'allow' && decision !== 'deny')) {
        return show(reply, 400, problemPage(new DialogProblem(100, 'The form was not filled in.')), []);
      }
      const consent = consentFor(meta, dialog, person, params.get('edit') === '1');
      const target = answer(meta, consent, {
        decision,
        permissions: valuesOf(request.body, 'permission'),
        pages: valuesOf(request.body, 'page'),
        instagrams: valuesOf(request.body, 'instagram'),
        future: valuesOf(request.body, 'future').length > 0,
      });
      const code = new URL(target).searchParams.get('code');
      if (code !== null) callOf(request).issued.push(code);
      return reply.redirect(target, 302);
    });
  });
}

const path = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';

function record(request: FastifyRequest, params: ReadonlyMap<string, string>, personId: string | undefined): void {
  const call = callOf(request);
  const client = params.get('client_id');
  if (client !== undefined) call.client = client;
  if (personId !== undefined) call.person = personId;
}

function refuseBySwitch(
  meta: Meta,
  dialog: { redirectUri: string; state: string | undefined },
  personId: string | undefined,
): void {
  const fails = meta.settings.value('dialog_fails', personId);
  if (fails === 'off' || fails === 'accepted_but_denied') return;
  if (fails === 'empty') throw new DialogProblem(0, '', dialog.redirectUri);
  throw new DialogProblem(Number(fails), `Feature unavailable (${fails}).`, dialog.redirectUri, dialog.state);
}

/** Problems are shown here, or sent back as `error_code` and `error_message` without an `error` key, as the switch says. */
function guarded(meta: Meta, reply: FastifyReply, params: ReadonlyMap<string, string>, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DialogProblem)) throw error;
    const { redirectUri, state, code } = error;
    if (redirectUri !== undefined && code === 0) return reply.redirect(redirectUri, 302);
    if (redirectUri !== undefined && meta.settings.is('dialog_error', 'redirect', params.get('person'))) {
      return reply.redirect(
        answerUrl(redirectUri, { error_code: String(code), error_message: error.message, state }),
        302,
      );
    }
    return show(reply, 200, problemPage(error), []);
  }
}

const show = (reply: FastifyReply, status: number, text: string, targets: readonly string[]) =>
  reply.code(status).headers(pageHeaders(targets)).send(text);
