/** Mounts the demo issuer at `/oidc` and its sign-in page, where one chooses who to be. */
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Provider } from 'oidc-provider';
import { html, page, pageHeaders } from '../core/html.js';
import type { World } from '../core/world.js';
import { asRecord, asText } from '../core/values.js';
import { createIssuer } from './issuer.js';
import { createIdentityTables } from './records.js';
import { userByEmail, users } from './users.js';

const form = (uid: string): string =>
  page(
    'Demo sign-in',
    html`<form class="card" method="post" action="/oidc-sign-in/${uid}">
      <h1>Sign in to the demo</h1>
      <p class="dim">This issuer knows five people and no passwords.</p>
      <label for="user">Continue as</label>
      <select id="user" name="user">
        ${users.map((user) => html`<option value="${user.email}">${user.name} (${user.email})</option>`)}
      </select>
      <div class="row">
        <button class="main" name="decision" value="continue">Continue</button
        ><button name="decision" value="cancel">Cancel</button>
      </div>
    </form>`,
  );

export function identityRoutes(world: World): FastifyPluginAsync {
  createIdentityTables(world);
  // Made at the first request: the issuer's name contains the port, which is known only once the server listens.
  let made: Promise<Provider> | undefined;
  const issuer = (): Promise<Provider> => (made ??= createIssuer(world));

  /** The app that asked for the sign-in; its origin must be allowed as the form's final target. */
  const signIn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const provider = await issuer();
    const { uid, params } = await provider.interactionDetails(request.raw, reply.raw);
    const target = URL.canParse(asText(params['redirect_uri'])) ? [new URL(asText(params['redirect_uri'])).origin] : [];
    return reply.headers(pageHeaders(target)).send(form(uid));
  };

  const signedIn = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const provider = await issuer();
    const { user: email, decision } = asRecord(request.body);
    const user = userByEmail(asText(email));
    const result =
      decision === 'cancel' || !user
        ? { error: 'access_denied', error_description: 'Sign-in was cancelled' }
        : { login: { accountId: user.sub } };
    return reply.redirect(
      await provider.interactionResult(request.raw, reply.raw, result, { mergeWithLastSubmission: false }),
      303,
    );
  };

  return async (app) => {
    app.get('/oidc-sign-in/:uid', (request, reply) => signIn(request, reply));
    app.post('/oidc-sign-in/:uid', (request, reply) => signedIn(request, reply));
    await app.register(async (mount) => {
      // The issuer reads bodies itself.
      mount.removeAllContentTypeParsers();
      mount.addContentTypeParser('*', (_request, _payload, done) => done(null));
      mount.all('/oidc/*', (request, reply) => {
        reply.hijack();
        const raw = request.raw as typeof request.raw & { originalUrl?: string };
        raw.originalUrl = raw.url ?? '/';
        raw.url = raw.originalUrl.slice('/oidc'.length);
        void issuer().then((provider) => provider.callback()(raw, reply.raw));
      });
    });
  };
}
