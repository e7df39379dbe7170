/** Whether Meta could fetch a media URL: public, ASCII, http(s); really fetched only where a switch says so. */

/** Hosts under `.invalid` (RFC 2606) are the sandbox's unreachable ones. */
export function isFetchable(url: string): boolean {
  if (!/^https?:\/\/[\u0021-\u007e]+$/.test(url)) return false;
  try {
    const { hostname, username } = new URL(url);
    return username === '' && !hostname.endsWith('.invalid');
  } catch {
    return false;
  }
}

/** A real GET of the first bytes; redirects are not followed, as Meta does not follow them. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}
