/** A business portfolio: its Pages show here even where the person did not grant them, then without a token. */
import { may } from '../graph/guard.js';
import type { Ask } from '../graph/ask.js';
import { missingPermission, unknownObject } from '../contract/errors.js';
import { listOf } from '../content/listing.js';
import { nodesOf, type NodeType } from '../graph/node-type.js';
import type { Business, Page, Through } from '../people/rows.js';
import { pageNode } from './page-node.js';

export const businessNode: NodeType<Business> = {
  name: 'Business',
  id: (business) => business.id,
  defaults: ['name'],
  fields: { name: (business) => business.name, verification_status: () => 'verified' },
  edges: {
    owned_pages: { get: (business, ask) => pagesOf(business, ask, 'owned') },
    client_pages: { get: (business, ask) => pagesOf(business, ask, 'client') },
  },
  admit,
};

function admit(business: Business, ask: Ask): void {
  if (ask.viewer.kind === 'app' || ask.viewer.person.id !== business.personId) throw unknownObject(business.id);
  if (!may(ask, 'business_management')) throw missingPermission('business_management');
}

function pagesOf(business: Business, ask: Ask, through: Through): unknown {
  admit(business, ask);
  const roles = ask.meta.directory.rolesOf(business.personId);
  const pages = ask.meta.directory
    .pagesOf(business.personId)
    .filter((page) => page.businessId === business.id && roles.get(page.id)?.through === through);
  return nodesOf<Page>(pageNode, listOf(pages), ask);
}
