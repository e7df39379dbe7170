/** Adds to schemas what the compiler cannot derive: the form of ids, times, and whole numbers. */
import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { CATALOGUE } from '../problems/catalogue.js';
import { idOf, ORGANISATION, REFERENCES, TIME, type Form } from './forms.js';

interface Schema extends Form {
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  enum?: readonly unknown[];
  additionalProperties?: unknown;
  $ref?: string;
}

/** All other numbers are whole. */
const FRACTIONS: ReadonlySet<string> = new Set(['cost_usd', 'progress', 'value', 'x_monthly_budget_usd']);

/** The kind of id in the field `id` of a schema. */
const OWN_ID: Readonly<Record<string, Form>> = {
  AuditEventView: idOf('audit'),
  ConnectionView: idOf('conn'),
  ConnectSessionView: idOf('csess'),
  ConnectStartedView: idOf('csess'),
  DisconnectionView: idOf('disc'),
  ExportView: idOf('exp'),
  MembershipView: ORGANISATION,
  NoticeSubjectView: idOf('conn', 'prof'),
  NoticeView: idOf('ntc'),
  OrganisationView: ORGANISATION,
  PostView: idOf('post'),
  PreviewedProfileView: idOf('prof'),
  ProfileHealthView: idOf('prof'),
  ProfileSwitchBody: idOf('prof'),
  ProfileView: idOf('prof'),
  SyncRunView: idOf('run'),
};

/** Facts by code or kind: the possible types, since their names differ. */
const FACT = { type: ['string', 'number', 'boolean', 'array', 'object', 'null'], items: {} };

export function refineSchemas(document: OpenAPIObject): void {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  for (const [name, { properties = {} }] of Object.entries(schemas)) {
    for (const [field, described] of Object.entries(properties)) refine(name, field, described);
  }
  const field = (schema: string, name: string): Schema => schemas[schema]!.properties![name]!;
  const codes = Object.keys(CATALOGUE);
  for (const schema of ['ProblemView', 'ErrorCodeView']) field(schema, 'code').enum = codes;
  for (const schema of ['ProblemView', 'AuditEventView']) field(schema, 'details').additionalProperties = FACT;
  field('PostView', 'metrics').additionalProperties = { $ref: getSchemaPath('MetricView') };
  field('NoticeView', 'details').additionalProperties = { type: ['string', 'number', 'null'] };
  Object.assign(field('ProblemView', 'errors'), { maxItems: 20 });
  Object.assign(field('ProblemView', 'status'), { minimum: 400, maximum: 599 });
  Object.assign(field('ConnectionHealthView', 'hurt_profiles'), { maxItems: 100 });
}

function refine(schema: string, field: string, described: Schema): void {
  const types = [described.type ?? []].flat();
  if (types.includes('number') && !FRACTIONS.has(field)) {
    described.type = types.length === 1 ? 'integer' : types.map((type) => (type === 'number' ? 'integer' : type));
  }
  const own = field === 'id' ? OWN_ID[schema] : REFERENCES[field];
  if (own !== undefined) Object.assign(types.includes('array') ? described.items! : described, own);
  if (/(^|_)at$|^as_of$/.test(field) && types.includes('string')) Object.assign(described, TIME);
  if (field.endsWith('_url')) Object.assign(described, { format: 'uri' });
}
