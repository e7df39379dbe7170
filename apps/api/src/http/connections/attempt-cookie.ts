/** The cookie that ties a connect session to its browser, the one that asked or the one that claimed the link: one for each session, so that two tabs work. */
import '@fastify/cookie';
import { Injectable } from '@nestjs/common';
// For its fields of requests and replies.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** As long as a link can be taken up again; the result page tells names to this browser for as long. */
const MAX_AGE_SECONDS = 72 * 3_600;
/** A browser with more than that is not a browser. */
const MOST = 20;

@Injectable()
export class AttemptCookie {
  private readonly secure: boolean;
  private readonly prefix: string;

  constructor(publicUrl: string) {
    this.secure = publicUrl.startsWith('https:');
    // `__Host-`: bound to this very host by the browser. It demands https, which a demo on loopback does not have.
    this.prefix = `${this.secure ? '__Host-' : ''}connect-`;
  }

  set(reply: FastifyReply, sessionId: string, secret: string): void {
    void reply.setCookie(`${this.prefix}${sessionId.slice(-12)}`, secret, {
      path: '/',
      httpOnly: true,
      secure: this.secure,
      // Lax: the provider's redirect is a navigation from another site, and must bring it along.
      sameSite: 'lax',
      maxAge: MAX_AGE_SECONDS,
    });
  }

  secrets(request: FastifyRequest): string[] {
    return Object.entries(request.cookies)
      .filter(([name]) => name.startsWith(this.prefix))
      .map(([, value]) => value ?? '')
      .slice(0, MOST);
  }
}
