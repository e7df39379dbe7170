/** Reads our registrations at Meta and X; a provider without any setting is off. */
import { z } from 'zod';
import { list, optional, required, type WebAddresses } from './setting.js';

export interface MetaEnvironment {
  readonly appId: string;
  readonly appSecret: string;
  /** The secrets that sign Meta's callbacks: the app's secret, and the one before it while it is being changed. */
  readonly callbackSecrets: readonly string[];
  readonly configId?: string;
  readonly scopes?: readonly string[];
  readonly dialogOrigin?: string;
  readonly graphOrigin?: string;
  readonly graphVersion?: string;
}

export interface XEnvironment {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes?: readonly string[];
  readonly authorizeOrigin?: string;
  readonly apiOrigin?: string;
}

export const metaSchema = ({ origin }: WebAddresses) =>
  z
    .object({
      META_APP_ID: required('the app id at Meta'),
      META_APP_SECRET: required('the app secret at Meta'),
      META_APP_SECRET_PREVIOUS: optional,
      META_CONFIG_ID: optional,
      META_SCOPES: list,
      META_DIALOG_URL: origin.optional(),
      META_GRAPH_URL: origin.optional(),
      META_GRAPH_VERSION: z
        .string()
        .regex(/^v\d{2}\.0$/, { error: 'is no version of the Graph API, such as v27.0' })
        .optional(),
    })
    .transform((meta): MetaEnvironment => {
      const { META_APP_SECRET: appSecret, META_APP_SECRET_PREVIOUS: previous } = meta;
      return {
        appId: meta.META_APP_ID,
        appSecret,
        callbackSecrets: previous === undefined ? [appSecret] : [appSecret, previous],
        ...defined({
          configId: meta.META_CONFIG_ID,
          graphVersion: meta.META_GRAPH_VERSION,
          scopes: unlessEmpty(meta.META_SCOPES),
          dialogOrigin: meta.META_DIALOG_URL,
          graphOrigin: meta.META_GRAPH_URL,
        }),
      };
    });

export const xSchema = ({ origin }: WebAddresses) =>
  z
    .object({
      X_CLIENT_ID: required('the OAuth 2.0 client id at X'),
      X_CLIENT_SECRET: required('the OAuth 2.0 client secret at X'),
      X_SCOPES: list,
      X_AUTHORIZE_URL: origin.optional(),
      X_API_URL: origin.optional(),
    })
    .transform((x): XEnvironment => ({
      clientId: x.X_CLIENT_ID,
      clientSecret: x.X_CLIENT_SECRET,
      ...defined({
        scopes: unlessEmpty(x.X_SCOPES),
        authorizeOrigin: x.X_AUTHORIZE_URL,
        apiOrigin: x.X_API_URL,
      }),
    }));

const unlessEmpty = (scopes: string[]): string[] | undefined => (scopes.length === 0 ? undefined : scopes);

/** Leaves out settings that are not set, so that the adapter's defaults apply. */
function defined<T extends object>(settings: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
