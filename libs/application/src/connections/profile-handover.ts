/** Who serves a profile when its connection no longer can: the latest other connection that was granted the account. */
import { Injectable } from '@nestjs/common';
import type { Connection } from '@domain/connection/connection.js';
import type { Profile } from '@domain/profile/profile.js';
import { usability } from '@domain/profile/usability.js';
import { Grants } from './ports.js';

@Injectable()
export class Succession {
  constructor(private readonly grants: Grants) {}

  /** Hands profiles over where somebody can take them; answers those that nobody took. Id, switches and posts stay. */
  async passOn(profiles: readonly Profile[], from: Connection): Promise<readonly Profile[]> {
    if (profiles.length === 0) return [];
    const offers = await this.grants.others(
      profiles.map((profile) => profile.id),
      from.id,
      from.orgId,
    );
    return profiles.filter((profile) => {
      const heir = offers.find((offer) => offer.accountId === profile.id);
      if (heir === undefined) return true;
      profile.serve(heir.connectionId, usability(profile.platform, heir, heir.scopes));
      return false;
    });
  }
}
