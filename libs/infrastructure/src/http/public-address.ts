/** Decides which addresses are public: all others may belong to a private network, such as our own. */
import ipaddr from 'ipaddr.js';
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** Global unicast (RFC 4291 §2.4): the rest of IPv6 is special, or not assigned. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * By IANA's special-purpose registries (RFC 6890); tunnels and mapped addresses, which may lead to a private network,
 * are not public.
 */
export function isPublicAddress(address: string): boolean {
  // `ipaddr.js` accepts more spellings than a resolver returns: octal, hexadecimal, one number.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
}

/** A name that resolves to an address that is not public. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';
}

export type Resolve = (
  hostname: string,
  options: { readonly all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Resolves a name for a socket, once: the addresses that were judged are the ones that are connected to, so a second
 * answer of the name server changes nothing. Where one of several addresses is not public, the name is refused.
 */
export function publicLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error) return done(error, '', 0);
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new AddressRefused('This name resolves to an address that is not public.'), '', 0);
      }
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
