/** Reads plain values from requests and JSON, whose types are not checked yet. */

/** The text or number as text; `otherwise` for everything else. */
export const asText = (value: unknown, otherwise = ''): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? `${value}` : otherwise;

export const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
    ? (value as Record<string, unknown>)
    : {};

/** `2026-11-20 08:15`, in UTC as everything here. */
export const minute = (at: number | string): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
