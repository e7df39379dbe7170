/**
 * Hands a profile over when its connection can no longer serve it: to the connection that was granted the account last.
 */
import { Injectable } from '@nestjs/common';
import type { Connection } from '@domain/connection/connection.js';
import type { Profile } from '@domain/profile/profile.js';
import { usability } from '@domain/profile/usability.js';
import { AccountGrants } from './ports.js';

@Injectable()
export class ProfileHandover {
  constructor(private readonly grants: AccountGrants) {}

  /** Hands over the profiles that another connection can serve; returns the others. Id, switches and posts stay. */
  async reassign(profiles: readonly Profile[], from: Connection): Promise<readonly Profile[]> {
    if (profiles.length === 0) return [];
    const offers = await this.grants.others(
      profiles.map((profile) => profile.id),
      from.id,
      from.orgId,
    );
    return profiles.filter((profile) => {
      const successor = offers.find((offer) => offer.accountId === profile.id);
      if (successor === undefined) return true;
      profile.serve(successor.connectionId, usability(profile.platform, successor, successor.scopes));
      return false;
    });
  }
}
