/** Meta's ids as the sandbox issues them: decimal strings of the documented length, in which a computed object's owner and index can be read. */

/**
 * Each kind has its own leading digits, so an id alone tells what it names and nothing has to be looked up or stored.
 * Lengths follow docs/providers/meta.md, "Wire conventions": 15 to 18 digits, all strings.
 */
const PREFIX = {
  person: ['122', 12],
  page: ['102', 12],
  business: ['103', 12],
  postNumber: ['1221', 11],
  createdPostNumber: ['1222', 11],
  photo: ['1223', 11],
  createdVideo: ['1224', 11],
  video: ['14', 14],
  instagram: ['178414', 11],
  media: ['180', 14],
  createdMedia: ['179', 14],
  container: ['175', 14],
  comment: ['185', 14],
} as const satisfies Record<string, readonly [prefix: string, digits: number]>;

export type IdKind = keyof typeof PREFIX;

export function makeId(kind: IdKind, serial: number): string {
  const [prefix, digits] = PREFIX[kind];
  return prefix + String(serial).padStart(digits, '0');
}

export function readId(kind: IdKind, id: string): number | undefined {
  const [prefix, digits] = PREFIX[kind];
  if (id.length !== prefix.length + digits || !id.startsWith(prefix)) return undefined;
  const serial = id.slice(prefix.length);
  return /^\d+$/.test(serial) ? Number(serial) : undefined;
}

/** Computed objects carry (owner's serial, index): seven digits each, so ten million posts per owner fit. */
export const makeOwnedId = (kind: 'video' | 'media', owner: number, index: number): string =>
  makeId(kind, owner * 10_000_000 + index);

export function readOwnedId(kind: 'video' | 'media', id: string): { owner: number; index: number } | undefined {
  const serial = readId(kind, id);
  if (serial === undefined) return undefined;
  return { owner: Math.floor(serial / 10_000_000), index: serial % 10_000_000 };
}
