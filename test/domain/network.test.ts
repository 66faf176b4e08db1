// Which addresses are public, and which lie in networks that somebody named.
import { describe, expect, test } from 'vitest';
import { isAddressIn, isPublicAddress, networkOf } from '../../domain/network.ts';

const networks = (...texts: string[]) =>
  texts.map((text) => networkOf(text) as NonNullable<ReturnType<typeof networkOf>>);

describe('addresses that are not public', () => {
  test.each([
    ['this machine', ['127.0.0.1', '127.255.0.9', '::1']],
    ['no machine, which is this one too', ['0.0.0.0', '0.1.2.3', '::']],
    ['private ones', ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1']],
    ['link-local ones', ['169.254.1.1', 'fe80::1', 'febf::1', 'fe80::1%eth0']],
    ['shared ones of carriers', ['100.64.0.1', '100.127.255.255']],
    [
      'metadata of clouds',
      ['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.0.192', '168.63.129.16'],
    ],
    ['multicast and broadcast', ['224.0.0.1', '239.1.1.1', '255.255.255.255', 'ff02::1']],
    [
      'those of documents and tests',
      ['192.0.2.1', '198.51.100.7', '203.0.113.9', '198.18.0.1', '2001:db8::1'],
    ],
    ['reserved and unallocated ones', ['240.0.0.1', '1000::1', '4000::1', 'fec0::1']],
    [
      'IPv4 ones in IPv6 clothes',
      ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::127.0.0.1', '::a9fe:a9fe'],
    ],
    [
      'those behind a translator or a tunnel',
      ['64:ff9b::7f00:1', '64:ff9b::a83f:8110', '64:ff9b:1::1', '2002:7f00:1::1', '2001:0:1::1'],
    ],
    ['what is no address', ['', 'localhost', '127.1', '0x7f000001', '010.0.0.1', '1.2.3.4.5', ' 8.8.8.8']],
  ])('%s', (_, addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});

test('addresses of the world are public, in either clothes', () => {
  const addresses = ['8.8.8.8', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'];
  expect(addresses.filter(isPublicAddress)).toEqual(addresses);
});

describe('networks', () => {
  test('hold their addresses and no others', () => {
    const named = networks('10.20.0.0/16', 'fd00:1234::/32', '192.168.7.7');
    const inside = ['10.20.0.1', '10.20.255.255', 'fd00:1234:5::1', '192.168.7.7'];
    expect(inside.filter((address) => isAddressIn(named, address))).toEqual(inside);
    const outside = ['10.21.0.1', 'fd00:1235::1', '192.168.7.8', '8.8.8.8', 'localhost', ''];
    expect(outside.filter((address) => isAddressIn(named, address))).toEqual([]);
  });

  test('are the same for an IPv4 address in IPv6 clothes', () => {
    expect(isAddressIn(networks('127.0.0.0/8'), '::ffff:7f00:1')).toBe(true);
    expect(isAddressIn(networks('::ffff:127.0.0.0/104'), '127.9.9.9')).toBe(true);
    expect(isAddressIn(networks('::ffff:127.0.0.0/104'), '128.0.0.1')).toBe(false);
  });

  test('of one kind hold none of the other', () => {
    expect(isAddressIn(networks('0.0.0.0/0'), '::1')).toBe(false);
    expect(isAddressIn(networks('::/0'), '127.0.0.1')).toBe(false);
  });

  test('that are none are undefined', () => {
    expect(['', 'x', '10.0.0.0/33', '10.0.0.0/', '10.0.0/8', '::/129'].map(networkOf)).toEqual(
      Array.from({ length: 6 }),
    );
  });
});
