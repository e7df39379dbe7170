/**
 * Sets and reads the cookie that binds a connect session to its browser, the one that asked or the one that claimed the
 * link: one for each session, so that two tabs work.
 */
// For the types that it adds to requests and replies.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sameBytes } from '@application/same-bytes.js';
import type { Digest } from '@application/ports/work.js';

export class AttemptCookie {
  private readonly secure: boolean;
  private readonly prefix: string;

  constructor(
    publicUrl: string,
    private readonly digest: Digest,
  ) {
    this.secure = publicUrl.startsWith('https:');
    // `__Host-`: bound to this host by the browser. It needs https, which a demo on loopback does not have.
    this.prefix = `${this.secure ? '__Host-' : ''}connect-`;
  }

  /** @param until when the browser can no longer continue the session, and the cookie expires */
  set(reply: FastifyReply, sessionId: string, secret: string, until: Date): void {
    const maxAge = Math.max(1, Math.ceil((until.getTime() - Date.now()) / 1_000));
    void reply.setCookie(this.nameOf(sessionId), secret, { ...this.attributes(), maxAge });
  }

  clear(reply: FastifyReply, sessionId: string): void {
    void reply.clearCookie(this.nameOf(sessionId), this.attributes());
  }

  /** The secret that this browser sends for that session, if any; the verbs check it. */
  secrets(request: FastifyRequest, sessionId: string): string[] {
    const secret = request.cookies[this.nameOf(sessionId)];
    return secret === undefined ? [] : [secret];
  }

  /** @param browserHash of the session; null: a link that no browser has claimed yet */
  owns(request: FastifyRequest, sessionId: string, browserHash: Uint8Array | null): boolean {
    const [secret] = this.secrets(request, sessionId);
    return secret !== undefined && browserHash !== null && sameBytes(this.digest.of(secret), browserHash);
  }

  private nameOf(sessionId: string): string {
    return `${this.prefix}${sessionId.slice(-12)}`;
  }

  private attributes() {
    // Lax: the provider's redirect is a navigation from another site, and must send it.
    return { path: '/', httpOnly: true, secure: this.secure, sameSite: 'lax' } as const;
  }
}
