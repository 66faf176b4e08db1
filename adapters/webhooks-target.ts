// Where webhooks may lead: over https to public addresses, and else into those networks alone that the operator allows.
import type { LookupFunction } from 'node:net';
import { isPublicAddress, type Network } from '../domain/network.ts';
import { Refusal } from '../domain/refusal.ts';
import { networkTargets, type Resolve, targetOf } from './network-targets.ts';

export type WebhookTargets = {
  /** Refuses with 'invalid', naming `url`, an address that webhooks can't be sent to as things are now. */
  check(url: string): Promise<void>;
  /** What a connection to this address is to look names up with. Throws for an address that stands there itself and is not allowed. */
  lookupFor(url: URL): LookupFunction;
};

export function webhookTargets(allowedNetworks: readonly Network[], resolve?: Resolve): WebhookTargets {
  const targets = networkTargets(allowedNetworks, 'WEBHOOK_ALLOWED_NETWORKS', resolve);
  return {
    async check(text) {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      if (!url || !isWellFormed(url))
        throw refusal('Give an address as https://host/path, without a password.');
      const target = targetOf(url);
      const addresses = await targets.addressesOf(target).catch(() => {
        throw refusal('The name in this address can’t be found now. Check it, or try again later.');
      });
      if (addresses.some((address) => targets.mayReach(target, address))) return;
      const isOpen = url.protocol === 'http:' && addresses.some(isPublicAddress);
      throw refusal(
        isOpen
          ? 'Give an https address: http is for networks alone that WEBHOOK_ALLOWED_NETWORKS names.'
          : 'This address is not public. Webhooks lead inside only where the operator has named the network in WEBHOOK_ALLOWED_NETWORKS.',
      );
    },
    lookupFor: (url) => targets.lookupFor(targetOf(url)),
  };
}

const isWellFormed = ({ protocol, hostname, username, password }: URL): boolean =>
  (protocol === 'https:' || protocol === 'http:') && hostname !== '' && username === '' && password === '';

const refusal = (message: string) => new Refusal('invalid', message, { field: 'url' });
