/** Which addresses are public: everything else may belong to a private network, most likely our own. */
import ipaddr from 'ipaddr.js';
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** Global unicast (RFC 4291 §2.4): whatever else IPv6 has is special, or assigned to nobody. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** As IANA's special-purpose registries (RFC 6890) say; tunnels and mapped addresses, which may end inside, are not public. */
export function isPublicAddress(address: string): boolean {
  // `ipaddr.js` takes more spellings than a resolver gives: octal, hexadecimal, one number.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
}

/** A name that leads inside. */
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
 * answer of the name server changes nothing. One address inside among others outside spoils them all.
 */
export function publicLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (hostname, options, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error) return done(error, '', 0);
      if (first === undefined || !addresses.every(({ address }) => isPublicAddress(address))) {
        return done(new AddressRefused('This name leads inside.'), '', 0);
      }
      if (options.all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
