/** Accepts links that may be shown to a person, and refuses all other values of a provider. */

/** The link, or null where it is missing, too long or of a scheme that a browser would run or open locally. */
export function webUrlOrNull(link: string | null | undefined): string | null {
  if (!link || link.length > 4096) return null;
  const url = URL.parse(link);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? link : null;
}
