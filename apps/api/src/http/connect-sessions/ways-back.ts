/** Builds the redirect after a connect session, and the link back on our pages. */
import { Injectable } from '@nestjs/common';
import { ReturnOrigins } from '@application/connect-sessions/ports.js';
import type { SessionKind } from '@domain/connection/connect-session.js';
import { PublicUrl } from '../public-url.js';

@Injectable()
export class WaysBack {
  constructor(
    private readonly publicUrl: PublicUrl,
    private readonly origins: ReturnOrigins,
  ) {}

  /** To `return_to` with the session's id, or to our own page of the result. */
  after(returnTo: string | null, sessionId: string): string {
    if (returnTo === null) return this.publicUrl.to(`/connected/${sessionId}`);
    const url = new URL(returnTo, this.publicUrl.origin);
    url.searchParams.set('connect_session', sessionId);
    return url.href;
  }

  /**
   * `return_to`, else the first of the configured origins, else our own start. For a link, only its own browser gets
   * the address, and without a `return_to` there is none, since its person came from a message: null.
   */
  shown(
    { id, kind, returnTo }: { readonly id: string; readonly kind: SessionKind; readonly returnTo: string | null },
    own: boolean,
  ): string | null {
    if (own && returnTo !== null) return this.after(returnTo, id);
    return kind === 'link' ? null : (this.origins.allowed[0] ?? this.publicUrl.to('/'));
  }
}
