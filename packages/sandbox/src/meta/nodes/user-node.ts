/** A person as Graph shows them: `/me`, their Pages, businesses and permissions. */
import { chosenFor, grantedPermissions } from '../access/grants.js';
import { may, needPerson } from '../graph/guard.js';
import { isKnownPermission } from '../contract/permissions.js';
import type { Meta } from '../graph/meta.js';
import type { Ask } from '../graph/ask.js';
import type { PersonViewer } from '../access/viewer.js';
import { portraitUrl } from '../../core/portraits.js';
import { GraphError, invalidParameter, unknownObject } from '../contract/errors.js';
import { listOf } from '../content/listing.js';
import { nodesOf, type NodeType } from '../graph/node-type.js';
import type { Business, Page, Person } from '../people/rows.js';
import { businessNode } from './business-node.js';
import { pageNode } from './page-node.js';

export const userNode: NodeType<Person> = {
  name: 'User',
  id: (person) => person.id,
  defaults: ['name'],
  fields: {
    name: (person) => person.name,
    first_name: (person) => person.name.split(' ')[0],
    last_name: (person) => person.name.split(' ').slice(1).join(' '),
    email: (person, ask) => (may(ask, 'email') ? `${person.id}@people.example` : undefined),
    picture: (person, ask) => {
      const url = portraitUrl(
        ask.meta.world,
        `person-${person.id}`,
        `https://scontent.example/people/${person.id}.jpg`,
      );
      return { data: { url, is_silhouette: false, height: 50, width: 50 } };
    },
    /** Only a business-integration system user belongs to a client's business. */
    client_business_id: (person, ask) =>
      ask.viewer.kind !== 'app' && ask.viewer.facts.kind === 'SYSTEM_USER'
        ? (ask.meta.directory.businessesOf(person.id)[0]?.id ?? undefined)
        : undefined,
  },
  edges: {
    accounts: { get: (person, ask) => accounts(person, ask) },
    businesses: {
      get(person, ask) {
        self(person, ask);
        if (!may(ask, 'business_management')) {
          throw new GraphError(200, '(#200) Requires business_management permission to manage the object');
        }
        const businesses = ask.meta.directory.businessesOf(person.id);
        return nodesOf<Business>(businessNode, listOf(businesses), ask);
      },
    },
    permissions: { get: permissions, delete: revoke },
  },
  admit: (person, ask) => void self(person, ask),
};

/** A user token is good for its own person only; an app token for every person with a grant. */
function self(person: Person, ask: Ask): PersonViewer {
  const viewer = needPerson(ask.viewer);
  if (viewer.person.id !== person.id || viewer.kind === 'page') throw unknownObject(person.id);
  return viewer;
}

/**
 * The Pages granted and visible: portfolio Pages show only with business_management, and a Page that was not ticked is
 * absent, or (by a switch) listed without its token (docs/providers/meta.md, "Discovery of profiles").
 */
function accounts(person: Person, ask: Ask): unknown {
  const viewer = self(person, ask);
  if (viewer.grant.permissions['pages_show_list'] !== 'granted') {
    if (ask.meta.settings.is('accounts_without_show_list', 'empty', person.id)) return { data: [] };
    throw new GraphError(200, '(#200) Requires pages_show_list permission to manage the object');
  }
  const roles = ask.meta.directory.rolesOf(person.id);
  const ungranted = ask.meta.settings.is('accounts_list_ungranted', 'on', person.id);
  const pages = ask.meta.directory
    .pagesOf(person.id)
    .filter((page) => ungranted || may(ask, 'pages_show_list', page.id))
    .filter((page) => roles.get(page.id)?.through === 'personal' || may(ask, 'business_management'));
  const maxLimit = ask.meta.settings.number('accounts_max_limit', viewer.app, person);
  const fields = ask.fields ?? DEFAULT_ACCOUNT_FIELDS;
  return nodesOf<Page>(accountNode, listOf(pages), { ...ask, fields }, { maxLimit });
}

/** A row of `/{user}/accounts` says what the person's role allows; a Page itself has no such field. */
const accountNode: NodeType<Page> = {
  ...pageNode,
  fields: {
    ...pageNode.fields,
    tasks: (page, ask) =>
      ask.viewer.kind === 'app' ? undefined : ask.meta.directory.role(ask.viewer.person.id, page.id)?.tasks,
  },
};

const DEFAULT_ACCOUNT_FIELDS = ['access_token', 'category', 'category_list', 'name', 'tasks'].map((name) => ({
  name,
  modifiers: new Map<string, string>(),
  children: undefined,
}));

function permissions(person: Person, ask: Ask): unknown {
  const grant = grantOf(person, ask);
  const wantedName = ask.args.get('permission');
  const wantedStatus = ask.args.get('status');
  const rows = Object.entries(grant?.permissions ?? {})
    .map(([permission, status]) => ({ permission, status }))
    .filter((row) => wantedName === undefined || row.permission === wantedName)
    .filter((row) => wantedStatus === undefined || row.status === wantedStatus);
  return { data: rows };
}

/** `DELETE /{user}/permissions[/{permission}]`: the whole grant, or one permission of it. */
function revoke(person: Person, ask: Ask): unknown {
  const grant = grantOf(person, ask);
  const permission = ask.call.path[2] ?? ask.args.get('permission');
  const answer = ask.meta.settings.is('revoke_body', 'true', person.id) ? true : { success: true };
  if (grant === undefined) {
    throw new GraphError(100, `(#100) The user has not authorized application ${appIdOf(ask)}`);
  }
  if (permission === undefined) {
    ask.meta.revokeGrant(grant.appId, person, ask.meta.settings.is('deauthorize_on_own_revoke', 'on', person.id));
    ask.call.record.notes.push('revoked');
    return answer;
  }
  if (!isKnownPermission(permission)) throw invalidParameter(`Invalid permission ${permission}`);
  if (grant.permissions[permission] !== undefined) ask.meta.grants.setPermission(grant, permission, 'declined');
  return answer;
}

function grantOf(person: Person, ask: Ask) {
  if (ask.viewer.kind !== 'app') self(person, ask);
  return ask.meta.grants.living(appIdOf(ask), person.id);
}

const appIdOf = (ask: Ask): string => ask.viewer.app.clientId;

/** What `debug_token` says of a viewer's scopes: absent `target_ids` mean all assets, present ones only those. */
export function granularScopes(meta: Meta, viewer: PersonViewer): { scope: string; target_ids?: readonly string[] }[] {
  return grantedPermissions(viewer.grant).map((scope) => {
    const chosen = chosenFor(viewer.grant, scope);
    const hidden = chosen?.length === 0 && meta.settings.is('empty_target_ids', 'absent', viewer.person.id);
    return { scope, ...(chosen !== null && !hidden && { target_ids: chosen }) };
  });
}
