/** Describes the types of parameters, which arrive as text, once for all operations. */
import { FLAG, idOf, LIMIT, ORGANISATION, REFERENCES, SECRET, TIME, USER, type Form } from './forms.js';

export interface Parameter {
  name: string;
  in: string;
  description?: string;
  example?: unknown;
  schema?: Form;
}

/** What `{id}` names, by the collection before it. */
const COLLECTIONS: Readonly<Record<string, Form>> = {
  connections: idOf('conn'),
  'connect-sessions': idOf('csess'),
  disconnections: idOf('disc'),
  exports: idOf('exp'),
  notices: idOf('ntc'),
  profiles: idOf('prof'),
  'sync-runs': idOf('run'),
};

const KNOWN: Readonly<Record<string, { form: Form; description?: string; example?: unknown }>> = {
  org: { form: ORGANISATION, description: "The organisation, by the host platform's id.", example: 'org_acme' },
  user: { form: USER, description: "The member, by the issuer's `sub`.", example: 'user-acme-admin' },
  token: { form: { type: 'string' }, description: 'The secret part of a `picture_url`.' },
  receipt: { form: SECRET, description: 'The secret part of a `receipt_url`.' },
  platform: { form: {}, description: 'The platform.', example: 'x' },
  limit: { form: LIMIT, description: 'How many at most.' },
  from: { form: TIME },
  to: { form: TIME },
  'On-Behalf-Of': { form: USER },
};

export function refineParameter(path: string, parameter: Parameter): void {
  const schema = (parameter.schema ??= {}) as Form & Record<string, unknown>;
  // The compiler lists a union's values in the order in which it read them.
  const isFlag = /^(true,false|false,true)$/.test(String(schema.enum));
  const [, collection = ''] = /([\w-]+)\/\{id\}/.exec(path) ?? [];
  const known =
    parameter.name === 'id'
      ? { form: COLLECTIONS[collection] ?? {}, description: `One of the ${collection.replaceAll('-', ' ')}.` }
      : (KNOWN[parameter.name] ?? { form: isFlag ? FLAG : (REFERENCES[parameter.name] ?? {}) });
  // The pattern of the text is left out where the type is a number or a flag.
  if (known.form.type !== undefined) for (const word of ['pattern', 'enum']) Reflect.deleteProperty(schema, word);
  Object.assign(schema, known.form);
  if ('description' in known && known.description !== undefined) parameter.description = known.description;
  if ('example' in known && known.example !== undefined) parameter.example = known.example;
}
