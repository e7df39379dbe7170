/** Ways to break the content of an answer without breaking the connection. */

export const half = (text: string): string => text.slice(0, Math.ceil(text.length / 2));

/** Changes a JSON text as a value; anything else is left as it is. */
export function distortJson(text: string, distort: (body: unknown) => unknown): string {
  try {
    return JSON.stringify(distort(JSON.parse(text)));
  } catch {
    return text;
  }
}

/** Numbers become words, text becomes numbers, lists become objects, objects keep their keys: every value has the wrong type. */
export function wrongTypes(value: unknown): unknown {
  if (typeof value === 'number') return `about ${value}`;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return Object.fromEntries(value.map((item, index) => [`item${index}`, wrongTypes(item)]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wrongTypes(item)]));
  }
  return value;
}
