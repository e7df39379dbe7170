/** Proof that Continue or Cancel was pressed on a page that we rendered for this browser: a nonce in the form and in a cookie, and an origin of our own. */
import { randomBytes } from 'node:crypto';
// For its fields of requests and replies.
import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sameBytes } from '@application/same-bytes.js';
import { Codes } from '@application/ports/vault.js';

/** The form's field. */
export const NONCE_FIELD = 'page';
const PURPOSE = 'connect page';
/** A page that lay open for longer has to be loaded again. */
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

  /** For the form of a page about this session. No row is written: opening a link has no effect. */
  issue(reply: FastifyReply, sessionId: string): string {
    const random = randomBytes(32).toString('base64url');
    const nonce = `${random}.${this.codes.of(PURPOSE, `${sessionId}.${random}`)[0]!}`;
    void reply.setCookie(this.nameOf(sessionId), nonce, { ...this.attributes(), maxAge: MAX_AGE_SECONDS });
    return nonce;
  }

  /** The nonce of the page on which the form was sent, for its one use; null: it was not a page of ours, or not in this browser. */
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
   * What the browser says of the page that sent the form (Fetch Metadata, RFC 6454). `Origin: null` is what our own page
   * sends, because of its `Referrer-Policy: no-referrer`; it counts where `Sec-Fetch-Site` names us. A client that says
   * nothing is no browser in which another site could act.
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
