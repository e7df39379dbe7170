/** Graph's refusals: one error class, and the sentences that more than one endpoint says (docs/providers/meta.md, "Errors"). */

export interface GraphErrorDetails {
  subcode?: number;
  type?: 'OAuthException' | 'GraphMethodException' | 'IGApiException' | 'FacebookApiException';
  status?: number;
  title?: string;
  userMessage?: string;
  transient?: boolean;
  data?: Record<string, unknown>;
  /** What `www-authenticate` names; Graph sends the header with every error. */
  challenge?: 'invalid_token' | 'invalid_request' | 'invalid_code';
}

export class GraphError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly details: GraphErrorDetails = {},
  ) {
    super(message);
  }

  get status(): number {
    return this.details.status ?? (this.code === 1 || this.code === 2 ? 500 : 400);
  }

  /** The body as Graph sends it: optional keys are absent, never null. */
  body(traceId: string): { error: Record<string, unknown> } {
    const { subcode, type, title, userMessage, transient, data } = this.details;
    const error: Record<string, unknown> = { message: this.message, type: type ?? 'OAuthException', code: this.code };
    if (data !== undefined) error['error_data'] = data;
    if (subcode !== undefined) error['error_subcode'] = subcode;
    if (transient !== undefined) error['is_transient'] = transient;
    if (title !== undefined) error['error_user_title'] = title;
    if (userMessage !== undefined) error['error_user_msg'] = userMessage;
    error['fbtrace_id'] = traceId;
    return { error };
  }

  challengeHeader(): string {
    const kind = this.details.challenge ?? (this.code === 190 ? 'invalid_token' : 'invalid_request');
    return `OAuth "Facebook Platform" "${kind}" "${this.message.replaceAll('"', "'").replaceAll(/[^\u0020-\u007e]/g, '?')}"`;
  }
}

export const invalidParameter = (message: string, details: GraphErrorDetails = {}): GraphError =>
  new GraphError(100, `(#100) ${message}`, details);

export const nonexistingField = (field: string, nodeType: string): GraphError =>
  invalidParameter(`Tried accessing nonexisting field (${field}) on node type (${nodeType})`);

/** Missing object and invisible object are one answer, so that existence can't be probed: 100/33. */
export const unknownObject = (id: string, method = 'get'): GraphError =>
  new GraphError(
    100,
    `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`,
    { subcode: 33, type: 'GraphMethodException' },
  );

export const unknownAlias = (alias: string): GraphError =>
  new GraphError(803, `(#803) Some of the aliases you requested do not exist: ${alias}`);

export const unknownPath = (path: readonly string[]): GraphError =>
  new GraphError(2500, `Unknown path components: /${path.join('/')}`);

export const syntaxError = (message: string): GraphError => new GraphError(2500, `Syntax error "${message}"`);

export const invalidToken = (message: string, subcode?: number): GraphError =>
  new GraphError(190, message, subcode === undefined ? {} : { subcode });

export const pageTokenRequired = (): GraphError =>
  new GraphError(210, '(#210) A page access token is required to request this resource.');

export const missingReadPermission = (permission: string): GraphError =>
  new GraphError(
    10,
    `(#10) This endpoint requires the '${permission}' permission or the 'Page Public Content Access' feature. Refer to https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details.`,
  );

export const missingPermission = (permission: string): GraphError =>
  new GraphError(
    200,
    `(#200) Requires ${permission} permission to manage the object, or the permission was removed from the app.`,
  );

export const missingTask = (task: string): GraphError =>
  new GraphError(200, `(#200) The user must have the ${task} task on the Page to perform this action.`);
