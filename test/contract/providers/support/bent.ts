/** Every way to spoil a sample in one place: each field dropped, emptied or made into something else. */

export interface Bent {
  /** `data.0.id = 17` */
  readonly what: string;
  readonly body: unknown;
}

const REPLACEMENTS: readonly unknown[] = [null, 17, 'word', [], {}];

export function* bent(sample: unknown): Generator<Bent> {
  for (const path of pathsOf(sample, [])) {
    yield { what: `${path.join('.')} dropped`, body: changed(sample, path, undefined) };
    for (const value of REPLACEMENTS)
      yield { what: `${path.join('.')} = ${JSON.stringify(value)}`, body: changed(sample, path, value) };
  }
}

type Path = readonly (string | number)[];

function* pathsOf(value: unknown, path: Path): Generator<Path> {
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    const next = [...path, Array.isArray(value) ? Number(key) : key];
    yield next;
    yield* pathsOf((value as Record<string, unknown>)[key], next);
  }
}

function changed(sample: unknown, path: Path, value: unknown): unknown {
  const copy: unknown = structuredClone(sample);
  const last = path.at(-1) ?? '';
  let holder = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) holder = holder[key] as Record<string | number, unknown>;
  if (value !== undefined) holder[last] = value;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}
