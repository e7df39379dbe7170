/**
 * The required fields of each record of a provider: its id, or the one value that it is read for. Without it the record
 * is left out; any other field that is missing or of another form is null, and the rest of the record stays.
 */
export const REQUIRED = {
  meta_list: ['data'],
  meta_paging: [],
  meta_cursors: [],
  meta_tokens: ['access_token'],
  meta_inspection: ['is_valid'],
  meta_granular_scope: ['scope'],
  meta_permission: ['permission', 'status'],
  meta_person: ['id'],
  meta_business: ['id'],
  meta_page: ['id'],
  meta_instagram_account: ['id'],
  meta_post: ['id'],
  meta_media: ['id'],
  meta_insights: ['data'],
  meta_insight: ['name'],
  meta_insight_value: [],
  meta_count: [],
  meta_picture: [],
  x_tokens: ['access_token'],
  x_person: ['id'],
  x_post: ['id'],
  x_post_figures: ['id'],
  x_public_metrics: [],
  x_private_metrics: [],
  x_reference: ['type'],
  x_long_text: ['text'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RecordName = keyof typeof REQUIRED;

/**
 * What a post needs beside its id before it can be stored for the first time: `app.post` holds no post without a time. One
 * that is known already keeps the time it has. So the record is read without it, and is counted among the oddities.
 */
export const NEEDED_TO_STORE = {
  meta_post: ['created_time'],
  meta_media: ['timestamp'],
  /** Only where the id tells no time either, so `postOf` judges it. */
  x_post: ['created_at'],
} as const satisfies Readonly<Partial<Record<RecordName, readonly string[]>>>;
