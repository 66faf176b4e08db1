// Networks: which addresses are the whole world's, and which belong to somebody's inside.
import { Address4, Address6, AddressError } from 'ip-address';

/** A network as CIDR: `10.20.0.0/16`, `fd00:1234::/32`; or one address. */
export type Network = Address4 | Address6;

/** `::ffff:` and 32 bits more. */
const MAPPED_BITS = 96;

/**
 * Addresses that clouds answer on for their own machines alone, though they are public ones: who reaches them from
 * inside is given more than anybody outside.
 */
const CLOUDS_OWN: readonly Network[] = [
  new Address4('168.63.129.16/32'),
  // The same behind a translator.
  new Address6('64:ff9b::168.63.129.16/128'),
];

/** The network that a text names, or undefined. One of IPv4 addresses that are written as IPv6 ones is of IPv4. */
export function networkOf(text: string): Network | undefined {
  try {
    if (!text.includes(':')) return new Address4(text);
    const network = new Address6(text);
    return network.isMapped4() && network.subnetMask >= MAPPED_BITS ? network.to4() : network;
  } catch (error) {
    if (error instanceof AddressError) return undefined;
    throw error;
  }
}

/**
 * True for an address that is reached from anywhere, as the registries of special addresses have it. False for all
 * others: private, loopback, link-local, shared, multicast, documentation, tunnels, unallocated, and no address at all.
 */
export function isPublicAddress(address: string): boolean {
  const known = networkOf(address);
  return known?.isGlobal() === true && !isIn(CLOUDS_OWN, known);
}

/** True for an address of one of these networks. An IPv4 address is the same when it is written as an IPv6 one. */
export function isAddressIn(networks: readonly Network[], address: string): boolean {
  const known = networkOf(address);
  return known !== undefined && isIn(networks, known);
}

const isIn = (networks: readonly Network[], address: Network): boolean =>
  networks.some((network) => address.isHostInSubnet(network));
