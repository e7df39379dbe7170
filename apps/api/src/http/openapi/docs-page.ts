/**
 * Serves the description as a page at /docs: Scalar's renderer, from here, in our colours, without requests to other
 * hosts.
 */
import scalar from '@scalar/fastify-api-reference';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { createHash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { describeApi } from './document.js';

/** The colours of our pages. */
const COLOURS = `
.light-mode { --scalar-color-1: #1c2430; --scalar-color-2: #5b6675; --scalar-color-3: #5b6675; --scalar-color-accent: #2456d6;
  --scalar-background-1: #fff; --scalar-background-2: #f3f5f8; --scalar-background-3: #e9edf3; --scalar-border-color: #d9dee6; }
.dark-mode { --scalar-color-1: #e8ecf2; --scalar-color-2: #9aa6b6; --scalar-color-3: #9aa6b6; --scalar-color-accent: #7da2ff;
  --scalar-background-1: #1a212c; --scalar-background-2: #11161e; --scalar-background-3: #232c39; --scalar-border-color: #323b49; }
:root { --scalar-font: system-ui, sans-serif; --scalar-radius: 8px; }
`;

export async function serveDocs(app: NestFastifyApplication): Promise<void> {
  SwaggerModule.setup('docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'openapi.json',
    ui: false,
    raw: ['json'],
  });
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  // The renderer sets styles inline. Scripts: its one file, and the few lines that start it, allowed by their hash.
  fastify.addHook('onSend', async (request, reply, payload) => {
    if (request.routeOptions.url?.startsWith('/docs') !== true) return payload;
    const inline = typeof payload === 'string' ? [...payload.matchAll(/<script[^>]*>([^<]+)<\/script>/g)] : [];
    const scripts = inline.map(([, code = '']) => `'sha256-${createHash('sha256').update(code).digest('base64')}'`);
    void reply.header(
      'content-security-policy',
      [
        "default-src 'none'",
        `script-src 'self' ${scripts.join(' ')}`,
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ].join('; '),
    );
    return payload;
  });
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      title: 'Social Connections API',
      theme: 'none',
      customCss: COLOURS,
      withDefaultFonts: false,
      telemetry: false,
      agent: { disabled: true },
      mcp: { disabled: true },
      hideClientButton: true,
      showDeveloperTools: 'never',
      defaultOpenAllTags: false,
      documentDownloadType: 'json',
    },
  } as never);
}
