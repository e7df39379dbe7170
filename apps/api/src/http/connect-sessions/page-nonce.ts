/** Checks that Continue or Cancel was pressed on a page that we rendered for this browser, by a nonce in the form and in a cookie, and by the origin. */
import { randomBytes } from 'node:crypto';
// For the types that it adds to requests and replies.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sameBytes } from '@application/same-bytes.js';
import { Codes } from '@application/ports/vault.js';

/** The form's field. */
export const NONCE_FIELD = 'page';
const PURPOSE = 'connect page';
/** A page that has been open for longer has to be loaded again. */
const MAX_AGE_SECONDS = 3_600;

export class PageNonce {
  private readonly origin: string;
  private readonly prefix: string;

  constructor(
    publicUrl: string,
    private readonly codes: Codes,
  ) {
    this.origin = new URL(publicUrl).origin;
    this.prefix = `${this.secure ? '__Host-' : ''}connect-page-`;
  }

  /** Makes a nonce for the form of a page about this session. No row is written: opening a link has no effect. */
  issue(reply: FastifyReply, sessionId: string): string {
    const random = randomBytes(32).toString('base64url');
    const nonce = `${random}.${this.codes.of(PURPOSE, `${sessionId}.${random}`)[0]!}`;
    void reply.setCookie(this.nameOf(sessionId), nonce, { ...this.attributes(), maxAge: MAX_AGE_SECONDS });
    return nonce;
  }

  /**
   * The nonce of the page from which the form was sent, for its one use; null: it was not a page of ours, or not in
   * this browser.
   */
  take(request: FastifyRequest, reply: FastifyReply, sessionId: string): string | null {
    const cookie = request.cookies[this.nameOf(sessionId)];
    const field = (request.body as Record<string, unknown> | null | undefined)?.[NONCE_FIELD];
    void reply.clearCookie(this.nameOf(sessionId), this.attributes());
    if (typeof field !== 'string' || cookie === undefined || !this.isFromHere(request)) return null;
    if (!sameBytes(Buffer.from(field), Buffer.from(cookie))) return null;
    const [random = '', code = ''] = field.split('.');
    const genuine = this.codes
      .of(PURPOSE, `${sessionId}.${random}`)
      .some((one) => sameBytes(Buffer.from(one), Buffer.from(code)));
    return genuine ? field : null;
  }

  /**
   * Checks the origin of the form by the browser's headers (Fetch Metadata, RFC 6454). Our own page sends `Origin:
   * null`, because of its `Referrer-Policy: no-referrer`; that is accepted with `Sec-Fetch-Site: same-origin`. A client
   * without these headers is no browser in which another site could act.
   */
  private isFromHere({ headers }: FastifyRequest): boolean {
    const { origin, 'sec-fetch-site': site } = headers;
    if (site !== undefined && site !== 'same-origin') return false;
    return origin === undefined || origin === this.origin || (origin === 'null' && site !== undefined);
  }

  private get secure(): boolean {
    return this.origin.startsWith('https:');
  }

  private nameOf(sessionId: string): string {
    return `${this.prefix}${sessionId.slice(-12)}`;
  }

  private attributes() {
    return { path: '/', httpOnly: true, secure: this.secure, sameSite: 'strict' } as const;
  }
}
