/** Reads and checks what an app asks of the login dialog (docs/providers/meta.md, "Login dialog"). */
import type { App } from '../../core/apps.js';
import { CONFIGURED_PERMISSIONS, isKnownPermission } from '../contract/permissions.js';
import type { Meta } from '../graph/meta.js';
import type { Person } from '../people/rows.js';

/** The parameters that a dialog carries from its address through its form. */
export const CARRIED = [
  'client_id',
  'redirect_uri',
  'state',
  'response_type',
  'scope',
  'config_id',
  'auth_type',
  'display',
  'override_default_response_type',
] as const;

export interface DialogRequest {
  readonly app: App;
  readonly redirectUri: string;
  readonly state: string | undefined;
  /** Without public_profile, which is always granted. */
  readonly permissions: readonly string[];
  readonly business: boolean;
  readonly rerequest: boolean;
  readonly reauthorize: boolean;
}

/** A problem of app or configuration: shown on Meta's page, or sent back without an `error` key. */
export class DialogProblem extends Error {
  constructor(
    readonly code: number,
    message: string,
    /** Where it may be sent; undefined where the redirect URI itself is the problem. */
    readonly redirectUri?: string,
    readonly state?: string,
  ) {
    super(message);
  }
}

export function readDialog(meta: Meta, params: ReadonlyMap<string, string>, person: Person | undefined): DialogRequest {
  const app = meta.app(params.get('client_id') ?? '');
  if (app === undefined)
    throw new DialogProblem(101, 'Invalid App ID: The provided app ID does not look like a valid app ID.');
  const redirectUri = params.get('redirect_uri') ?? '';
  if (!meta.world.apps.mayRedirectTo(redirectUri)) {
    throw new DialogProblem(
      1349168,
      "URL blocked: This redirect failed because the redirect URI is not white-listed in the app's client OAuth settings.",
    );
  }
  const state = params.get('state');
  const problem = (code: number, message: string) => new DialogProblem(code, message, redirectUri, state);
  const responseType = params.get('response_type') ?? 'code';
  if (responseType !== 'code') throw problem(1349048, `The response type ${responseType} is not enabled for this app.`);
  const business = meta.settings.is('login', 'business', person?.id);
  const configId = params.get('config_id');
  if (business && configId !== app.settings['config_id']) {
    throw problem(1349220, 'Feature unavailable: Facebook Login for Business needs the config_id of this app.');
  }
  if (!business && configId !== undefined) {
    throw problem(1349220, 'Feature unavailable: this app uses Facebook Login, which knows no config_id.');
  }
  const scope = (params.get('scope') ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const unknown = scope.filter((name) => !isKnownPermission(name));
  if (unknown.length > 0) {
    throw new DialogProblem(
      1349187,
      `Invalid Scopes: ${unknown.join(', ')}. This message is only shown to developers.`,
    );
  }
  const wanted = business ? configured(app) : [...new Set(scope)];
  const authTypes = (params.get('auth_type') ?? '').split(',');
  return {
    app,
    redirectUri,
    state,
    permissions: wanted.filter((name) => name !== 'public_profile'),
    business,
    rerequest: authTypes.includes('rerequest'),
    reauthorize: authTypes.includes('reauthorize'),
  };
}

/** The configuration's permissions; the app's settings may name others. */
function configured(app: App): readonly string[] {
  const own = app.settings['config_permissions'];
  return Array.isArray(own) ? own.filter((name): name is string => typeof name === 'string') : CONFIGURED_PERMISSIONS;
}

/** The redirect URI with an answer; `#_=_` is noise that Meta really appends. */
export function answerUrl(redirectUri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(answer)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return `${redirectUri}${text === '' ? '' : redirectUri.includes('?') ? '&' : '?'}${text}#_=_`;
}
