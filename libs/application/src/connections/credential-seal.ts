/** Which secret is sealed for which place: tokens in their credential, those that wait for a yes, and X's on their way to being revoked. */
import { Injectable } from '@nestjs/common';
import type { ConnectionId, ConnectSessionId, OrgId, RevocationId } from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { IssuedTokens } from '../ports/provider.js';
import { Vault, type Place } from '../ports/vault.js';
import { Randomness } from '../ports/work.js';
import type { SealedTokens } from './ports.js';

interface Row<Id> {
  readonly id: Id;
  readonly orgId: OrgId;
  readonly provider: ProviderName;
}

/** Both sealed. */
interface WaitingTokens {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly accessExpiresAt: Date | null;
}

type TokenColumn = 'access_token' | 'refresh_token';

@Injectable()
export class CredentialSeal {
  constructor(
    private readonly vault: Vault,
    private readonly random: Randomness,
  ) {}

  tokens(issued: IssuedTokens, row: Row<ConnectionId>): SealedTokens {
    return {
      accessToken: this.vault.seal(issued.accessToken, place('credential', 'access_token', row)),
      // An answer without one leaves the stored one in force (docs/providers/x.md "Refresh").
      refreshToken:
        issued.refreshToken === null
          ? undefined
          : this.vault.seal(issued.refreshToken, place('credential', 'refresh_token', row)),
      accessExpiresAt: issued.accessExpiresAt,
    };
  }

  open(envelope: string, column: TokenColumn, row: Row<ConnectionId>): string {
    return this.vault.open(envelope, place('credential', column, row));
  }

  accountToken(token: string, grantId: string, row: Row<ConnectionId>): string {
    return this.vault.seal(token, grantPlace(grantId, row));
  }

  openAccountToken(envelope: string, grantId: string, row: Row<ConnectionId>): string {
    return this.vault.open(envelope, grantPlace(grantId, row));
  }

  /** Until a member decides, a grant lies with its session. */
  waiting(issued: IssuedTokens, row: Row<ConnectSessionId>): WaitingTokens {
    const { accessToken, refreshToken, accessExpiresAt } = issued;
    return {
      accessToken: this.vault.seal(accessToken, place('waiting_grant', 'access_token', row)),
      refreshToken:
        refreshToken === null ? null : this.vault.seal(refreshToken, place('waiting_grant', 'refresh_token', row)),
      accessExpiresAt,
    };
  }

  openWaiting(tokens: WaitingTokens, row: Row<ConnectSessionId>): Omit<IssuedTokens, 'scopes'> {
    const { accessToken, refreshToken, accessExpiresAt } = tokens;
    return {
      accessToken: this.vault.open(accessToken, place('waiting_grant', 'access_token', row)),
      refreshToken:
        refreshToken === null ? null : this.vault.open(refreshToken, place('waiting_grant', 'refresh_token', row)),
      accessExpiresAt,
    };
  }

  revocationId(): RevocationId {
    return this.random.id<RevocationId>();
  }

  /** Meta's grant is revoked with the app's own token, so no copy of a Meta token is kept. */
  forRevocation(
    issued: { readonly accessToken: string | null; readonly refreshToken: string | null },
    row: Row<RevocationId>,
  ): { accessToken: string | null; refreshToken: string | null } {
    const seal = (token: string | null, column: TokenColumn): string | null =>
      token === null || row.provider === 'meta' ? null : this.vault.seal(token, place('revocation', column, row));
    return {
      accessToken: seal(issued.accessToken, 'access_token'),
      refreshToken: seal(issued.refreshToken, 'refresh_token'),
    };
  }

  openForRevocation(envelope: string | null, column: TokenColumn, row: Row<RevocationId>): string | null {
    return envelope === null ? null : this.vault.open(envelope, place('revocation', column, row));
  }
}

function place(table: 'credential' | 'revocation' | 'waiting_grant', column: TokenColumn, row: Row<string>): Place {
  return { table, column, rowId: row.id, orgId: row.orgId, provider: row.provider };
}

function grantPlace(grantId: string, row: Row<ConnectionId>): Place {
  return { table: 'account_grant', column: 'token', rowId: grantId, orgId: row.orgId, provider: row.provider };
}
