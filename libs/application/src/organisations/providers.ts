/** Lists the handlers and services of this folder. */
import { ChangeMemberHandler } from './change-member.js';
import { PushMemberHandler } from './push-member.js';
import { PushOrganisationHandler } from './push-organisation.js';
import { RemoveMemberHandler } from './remove-member.js';

export const handlers = [ChangeMemberHandler, PushMemberHandler, PushOrganisationHandler, RemoveMemberHandler];
