// Where webhooks may lead: over https to public addresses, and else into those networks alone that the operator allows.
import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { isAddressIn, isPublicAddress, type Network } from '../domain/network.ts';
import { Refusal } from '../domain/refusal.ts';

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

const systemResolve: Resolve = (host) => systemLookup(host, { all: true });

/** Thrown where a webhook would lead to an address that is not allowed. Nothing was sent. */
export class AddressNotAllowed extends Error {
  constructor() {
    super('the address is not public, and WEBHOOK_ALLOWED_NETWORKS does not name its network');
  }
}

export type WebhookTargets = {
  /** Refuses with 'invalid', naming `url`, an address that webhooks can't be sent to as things are now. */
  check(url: string): Promise<void>;
  /**
   * What a connection to this address is to look names up with: it gives those addresses alone that are allowed, so the
   * socket connects to no other, whatever the name has led to before. Throws for an address that stands there itself.
   */
  lookupFor(url: URL): LookupFunction;
};

export function webhookTargets(
  allowedNetworks: readonly Network[],
  resolve: Resolve = systemResolve,
): WebhookTargets {
  const mayReach = (url: URL, address: string): boolean =>
    isAddressIn(allowedNetworks, address) || (url.protocol === 'https:' && isPublicAddress(address));

  return {
    async check(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || !isWellFormed(url))
        throw refusal('Give an address as https://host/path, without a password.');
      const addresses = await addressesOf(url, resolve);
      if (addresses.some((address) => mayReach(url, address))) return;
      const isOpen = url.protocol === 'http:' && addresses.some(isPublicAddress);
      throw refusal(
        isOpen
          ? 'Give an https address: http is for networks alone that WEBHOOK_ALLOWED_NETWORKS names.'
          : 'This address is not public. Webhooks lead inside only where the operator has named the network in WEBHOOK_ALLOWED_NETWORKS.',
      );
    },

    lookupFor(url) {
      const literal = literalOf(url);
      // A socket looks no address up that is one already.
      if (literal !== undefined && !mayReach(url, literal)) throw new AddressNotAllowed();
      return (host, options, callback) => {
        const give = (found: LookupAddress[]) => {
          const allowed = found.filter(({ address }) => mayReach(url, address));
          const [first] = allowed;
          if (!first) return callback(new AddressNotAllowed(), '');
          if (options.all) callback(null, allowed);
          else callback(null, first.address, first.family);
        };
        resolve(host).then(give, (error: NodeJS.ErrnoException) => callback(error, ''));
      };
    },
  };
}

const isWellFormed = ({ protocol, hostname, username, password }: URL): boolean =>
  (protocol === 'https:' || protocol === 'http:') && hostname !== '' && username === '' && password === '';

/** The address itself where the URL names one and no name. URLs know every way to write one: `0x7f.1` is 127.0.0.1. */
function literalOf({ hostname }: URL): string | undefined {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(bare) ? bare : undefined;
}

async function addressesOf(url: URL, resolve: Resolve): Promise<string[]> {
  const literal = literalOf(url);
  if (literal !== undefined) return [literal];
  const found = await resolve(url.hostname).catch(() => {
    throw refusal('The name in this address can’t be found now. Check it, or try again later.');
  });
  return found.map(({ address }) => address);
}

const refusal = (message: string) => new Refusal('invalid', message, { field: 'url' });
