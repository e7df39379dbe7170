/** Bearer tokens as a passport strategy: RFC 9068 access tokens of the one configured issuer, checked by its keys. */
import { Strategy } from 'passport';
import { IssuerUnavailable, Unauthenticated } from '@application/organisations/identity.js';
import { readAccessToken, type AccessToken, type AccessTokenOptions } from './access-token.js';
import { IssuerUnreachable } from './issuer-keys.js';

type Done = (error: unknown, user?: object | false) => void;

export class BearerStrategy extends Strategy {
  constructor(
    private readonly options: AccessTokenOptions,
    private readonly accept: (token: AccessToken, done: Done) => void,
  ) {
    super();
  }

  override authenticate(request: { headers: { authorization?: string } }): void {
    const token = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i.exec(request.headers.authorization ?? '')?.[1];
    // RFC 6750 §3.1: without a token the challenge names no error.
    if (token === undefined) return this.error(new Unauthenticated('Bearer'));
    readAccessToken(token, this.options).then(
      (accepted) => this.accept(accepted, (error, user) => (error ? this.error(error) : this.success(user as object))),
      (error: unknown) => this.error(error instanceof IssuerUnreachable ? new IssuerUnavailable() : error),
    );
  }
}
