/** Seals and opens tokens, each for its row: of credentials, exchanged and pending grants, replaced credentials and revocations. */
import { Injectable } from '@nestjs/common';
import type {
  ConnectionId,
  ConnectSessionId,
  ExchangedGrantId,
  OrgId,
  ReplacedCredentialId,
  RevocationId,
} from '@domain/ids.js';
import type { ProviderName } from '@domain/platform.js';
import type { IssuedTokens } from '../ports/authorization-server.js';
import { Vault, type Place } from '../ports/vault.js';
import { Randomness } from '../ports/work.js';
import type { SealedTokens } from './ports.js';

interface Row<Id> {
  readonly id: Id;
  readonly orgId: OrgId;
  readonly provider: ProviderName;
}

interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string | null;
}

/** Both sealed, for a row of a grant that is no connection yet. */
interface SealedPair {
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
      // An answer without one leaves the stored one valid (docs/providers/x.md "Refresh").
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

  /** Seals for a pending grant, which waits for a member's decision. */
  waiting(issued: Omit<IssuedTokens, 'scopes'>, row: Row<ConnectSessionId>): SealedPair {
    return this.sealPair(issued, 'waiting_grant', row);
  }

  openWaiting(tokens: SealedPair, row: Row<ConnectSessionId>): Omit<IssuedTokens, 'scopes'> {
    return this.openPair(tokens, 'waiting_grant', row);
  }

  /** Seals for an exchanged grant, whose person is not known yet. */
  exchanged(issued: IssuedTokens, row: Row<ExchangedGrantId>): SealedPair {
    return this.sealPair(issued, 'exchanged_grant', row);
  }

  openExchanged(tokens: SealedPair, row: Row<ExchangedGrantId>): Omit<IssuedTokens, 'scopes'> {
    return this.openPair(tokens, 'exchanged_grant', row);
  }

  /** Seals for a replaced credential, which is revoked with the connection that replaced it. */
  replaced(pair: TokenPair, row: Row<ReplacedCredentialId>): TokenPair {
    return this.sealPair({ ...pair, accessExpiresAt: null }, 'replaced_credential', row);
  }

  openReplaced(pair: TokenPair, row: Row<ReplacedCredentialId>): TokenPair {
    return this.openPair({ ...pair, accessExpiresAt: null }, 'replaced_credential', row);
  }

  revocationId(): RevocationId {
    return this.random.id<RevocationId>();
  }

  /**
   * Meta's grant is revoked with the app's own token and the person's id: a copy of a Meta token is kept only where
   * that id is not known, because only the token leads to it.
   */
  forRevocation(
    issued: { readonly accessToken: string | null; readonly refreshToken: string | null },
    row: Row<RevocationId> & { readonly externalUserId: string | null },
  ): { accessToken: string | null; refreshToken: string | null } {
    const needless = row.provider === 'meta' && row.externalUserId !== null;
    const seal = (token: string | null, column: TokenColumn): string | null =>
      token === null || needless ? null : this.vault.seal(token, place('revocation', column, row));
    return {
      accessToken: seal(issued.accessToken, 'access_token'),
      refreshToken: seal(issued.refreshToken, 'refresh_token'),
    };
  }

  openForRevocation(envelope: string | null, column: TokenColumn, row: Row<RevocationId>): string | null {
    return envelope === null ? null : this.vault.open(envelope, place('revocation', column, row));
  }

  private sealPair(
    { accessToken, refreshToken, accessExpiresAt }: Omit<IssuedTokens, 'scopes'>,
    table: PairTable,
    row: Row<string>,
  ): SealedPair {
    return {
      accessToken: this.vault.seal(accessToken, place(table, 'access_token', row)),
      refreshToken: refreshToken === null ? null : this.vault.seal(refreshToken, place(table, 'refresh_token', row)),
      accessExpiresAt,
    };
  }

  private openPair(
    { accessToken, refreshToken, accessExpiresAt }: SealedPair,
    table: PairTable,
    row: Row<string>,
  ): Omit<IssuedTokens, 'scopes'> {
    return {
      accessToken: this.vault.open(accessToken, place(table, 'access_token', row)),
      refreshToken: refreshToken === null ? null : this.vault.open(refreshToken, place(table, 'refresh_token', row)),
      accessExpiresAt,
    };
  }
}

type PairTable = 'exchanged_grant' | 'waiting_grant' | 'replaced_credential';

function place(table: 'credential' | 'revocation' | PairTable, column: TokenColumn, row: Row<string>): Place {
  return { table, column, rowId: row.id, orgId: row.orgId, provider: row.provider };
}

function grantPlace(grantId: string, row: Row<ConnectionId>): Place {
  return { table: 'account_grant', column: 'token', rowId: grantId, orgId: row.orgId, provider: row.provider };
}
