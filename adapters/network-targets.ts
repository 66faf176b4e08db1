// Where connections that users ask for may lead: to public addresses, encrypted, and else into those networks alone that the operator allows.
import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isAddressIn, isPublicAddress, type Network } from '../domain/network.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

const systemResolve: Resolve = (host) => systemLookup(host, { all: true });

/** Thrown where a connection would lead to an address that is not allowed. Nothing was sent. */
export class AddressNotAllowed extends Error {
  constructor(setting: string) {
    super(`the address is not public, and ${setting} does not name its network`);
  }
}

/** A host, by name or address, and whether what is sent there is encrypted. */
export type Target = { host: string; isEncrypted: boolean };

export const targetOf = ({ hostname, protocol }: URL): Target => ({
  // URLs know every way to write an address: `0x7f.1` is 127.0.0.1.
  host: hostname.replace(/^\[(.*)\]$/, '$1'),
  isEncrypted: protocol === 'https:',
});

export type NetworkTargets = {
  mayReach(target: Target, address: string): boolean;
  /** The addresses of a host as things are now: itself, where it is one. Throws as the system's lookup does. */
  addressesOf(target: Target): Promise<string[]>;
  /**
   * What a connection to this host is to look names up with: it gives those addresses alone that are allowed, so the
   * socket connects to no other, whatever the name has led to before. Throws for an address that stands there itself.
   */
  lookupFor(target: Target): LookupFunction;
};

/** `setting` is the name of the setting that the operator allows networks by. */
export function networkTargets(
  allowedNetworks: readonly Network[],
  setting: string,
  resolve: Resolve = systemResolve,
): NetworkTargets {
  const mayReach = ({ isEncrypted }: Target, address: string): boolean =>
    isAddressIn(allowedNetworks, address) || (isEncrypted && isPublicAddress(address));

  return {
    mayReach,
    async addressesOf({ host }) {
      return isIP(host) ? [host] : (await resolve(host)).map(({ address }) => address);
    },
    lookupFor(target) {
      // A socket looks no address up that is one already.
      if (isIP(target.host) && !mayReach(target, target.host)) throw new AddressNotAllowed(setting);
      return (host, options, callback) => {
        const give = (found: LookupAddress[]) => {
          const allowed = found.filter(({ address }) => mayReach(target, address));
          const [first] = allowed;
          if (!first) return callback(new AddressNotAllowed(setting), '');
          if (options.all) callback(null, allowed);
          else callback(null, first.address, first.family);
        };
        resolve(host).then(give, (error: NodeJS.ErrnoException) => callback(error, ''));
      };
    },
  };
}
