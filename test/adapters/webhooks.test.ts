// Sending messages: signed, within a time, along no redirect, and to no address that is not allowed.
import type { LookupAddress } from 'node:dns';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Resolve } from '../../adapters/network-targets.ts';
import { openWebhookSender } from '../../adapters/webhooks.ts';
import { webhookTargets } from '../../adapters/webhooks-target.ts';
import { newWebhookSecret } from '../../api/secrets.ts';
import { networkOf } from '../../domain/network.ts';
import { Refusal } from '../../domain/refusal.ts';
import { useReceiver, withStatus } from '../support/receiver.ts';

const LOCAL = ['127.0.0.0/8', '::1/128'];
const secret = newWebhookSecret();
const AT = new Date(Math.floor(Date.now() / 1000) * 1000);

const targets = (networks: string[], resolve?: Resolve) =>
  webhookTargets(
    networks.map((text) => networkOf(text)).filter((network) => network !== undefined),
    resolve,
  );
/** A name server that gives these addresses, in turn where there are several answers. */
const resolving = (...answers: string[][]): Resolve => {
  let asked = 0;
  return async () => {
    const addresses = answers[Math.min(asked++, answers.length - 1)] ?? [];
    return addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
};
const messageTo = (url: string) => ({ url, id: 'msg_1', body: '{"type":"x"}', secrets: [secret], at: AT });
const send = (url: string, networks = LOCAL, resolve?: Resolve, timeoutMs?: number) =>
  openWebhookSender(targets(networks, resolve), timeoutMs).send(messageTo(url));

describe('a message', () => {
  test('is posted as JSON with its id, the time of the attempt and a signature that holds', async () => {
    const receiver = await useReceiver();
    receiver.secret = secret;
    expect(await send(receiver.url)).toEqual({ kind: 'delivered', status: 200 });
    expect(receiver.received).toMatchObject([
      { id: 'msg_1', timestamp: AT.getTime() / 1000, body: '{"type":"x"}', isSigned: true },
    ]);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
  });

  test('is signed by each of two secrets while one replaces the other', async () => {
    const receiver = await useReceiver();
    const former = newWebhookSecret();
    const message = { ...messageTo(receiver.url), secrets: [secret, former] };
    await openWebhookSender(targets(LOCAL)).send(message);
    const [received] = receiver.received;
    const headers = received?.headers as Record<string, string>;
    for (const key of [secret, former]) new Webhook(key).verify(received?.body ?? '', headers);
    expect(() => new Webhook(newWebhookSecret()).verify(received?.body ?? '', headers)).toThrow('signature');
  });

  test.each([
    [201, 'delivered'],
    [204, 'delivered'],
    [304, 'failed'],
    [400, 'failed'],
    [410, 'gone'],
    [500, 'failed'],
  ])('that is answered with %i is %s', async (status, kind) => {
    const { url } = await useReceiver(withStatus(status));
    expect(await send(url)).toMatchObject({ kind, status });
  });

  test('does not follow a redirect', async () => {
    const elsewhere = await useReceiver();
    const { url } = await useReceiver(withStatus(307, { location: elsewhere.url }));
    expect(await send(url)).toEqual({
      kind: 'failed',
      status: 307,
      error: 'It answered 307: redirects are not followed.',
    });
    expect(elsewhere.received).toEqual([]);
  });

  test('fails where nothing is answered in time', async () => {
    const { url } = await useReceiver(() => {});
    expect(await send(url, LOCAL, undefined, 200)).toEqual({
      kind: 'failed',
      status: null,
      error: 'It did not answer within 0.2 seconds.',
    });
  });

  test('is delivered by its status, whatever is said after it and for however long', async () => {
    const { url } = await useReceiver((response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(2000)), 5);
      response.on('close', () => clearInterval(timer));
    });
    expect(await send(url, LOCAL, undefined, 500)).toEqual({ kind: 'delivered', status: 200 });
  });

  test('fails, with the kind of fault alone, where nobody listens or nobody speaks HTTP', async () => {
    const closed = await useReceiver();
    await closed.stop();
    expect(await send(closed.url)).toMatchObject({ status: null, error: 'It refused the connection.' });
    const server = createTcpServer((socket) => socket.end('secret words of the inside\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const spoken = await send(`http://127.0.0.1:${port}/`);
    expect(spoken).toMatchObject({ status: null, error: 'What answered does not speak HTTP.' });
  });
});

describe('an address that is not allowed', () => {
  const NOT_ALLOWED = {
    error: 'Its address is not public, and not in WEBHOOK_ALLOWED_NETWORKS.',
    status: null,
  };

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
  ])('is never connected to, where it stands in the URL: %s', async (written, host) => {
    const receiver = await useReceiver(undefined, host);
    const shown = written.includes(':') ? `[${written}]` : written;
    for (const scheme of ['http', 'https'])
      expect(await send(`${scheme}://${shown}:${receiver.port}/`, [])).toMatchObject(NOT_ALLOWED);
    expect(receiver.received).toEqual([]);
  });

  test.each(['127.0.0.1', '::1'])('is never connected to, where a name leads to it: %s', async (address) => {
    const receiver = await useReceiver(undefined, address);
    const url = `https://hooks.example.org:${receiver.port}/`;
    expect(await send(url, [], resolving([address]))).toMatchObject(NOT_ALLOWED);
    expect(await send(`http://localhost:${receiver.port}/`, [])).toMatchObject(NOT_ALLOWED);
    expect(receiver.received).toEqual([]);
  });

  test('does not become allowed by a name that leads elsewhere after it was checked', async () => {
    const receiver = await useReceiver();
    const url = `https://hooks.example.org:${receiver.port}/`;
    const rebinding = targets([], resolving(['93.184.216.34'], ['127.0.0.1']));
    await rebinding.check(url);
    expect(await openWebhookSender(rebinding).send(messageTo(url))).toMatchObject(NOT_ALLOWED);
    expect(receiver.received).toEqual([]);
  });

  test('is left out where the name leads to others too', async () => {
    const receiver = await useReceiver();
    const url = `http://hooks.example.org:${receiver.port}/`;
    const answer = await send(url, ['127.0.0.0/8'], resolving(['10.9.9.9', '::1', '127.0.0.1']));
    expect(answer).toEqual({ kind: 'delivered', status: 200 });
  });

  test('is not reached over http though it is public, if its network is not named', async () => {
    expect(await send('http://hooks.example.org/', [], resolving(['93.184.216.34']))).toMatchObject(
      NOT_ALLOWED,
    );
    expect(await send('http://93.184.216.34/', [])).toMatchObject(NOT_ALLOWED);
  });
});

describe('an address is refused for a webhook', () => {
  const refusalOf = async (url: string, networks: string[] = [], resolve = resolving(['93.184.216.34'])) =>
    targets(networks, resolve)
      .check(url)
      .then(
        () => undefined,
        (error: unknown) => error as Refusal,
      );

  test.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.5:8443/x',
    'https://0.0.0.0/',
    'https://100.64.0.1/',
    'https://[fd00:ec2::254]/',
  ])('that is not public, with the setting that could allow it: %s', async (url) => {
    const refusal = await refusalOf(url);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: 'invalid', details: { field: 'url' } });
    expect(refusal?.message).toContain('WEBHOOK_ALLOWED_NETWORKS');
  });

  test('whose name leads inside, or nowhere', async () => {
    expect((await refusalOf('https://a.example/', [], resolving(['192.168.1.1'])))?.message).toContain(
      'not public',
    );
    const nobody: Resolve = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    expect((await refusalOf('https://a.example/', [], nobody))?.message).toContain('can’t be found');
  });

  test.each([
    'ftp://a.example/',
    'https://user:secret@a.example/',
    'https://user@a.example/',
    'a.example',
    '',
  ])('that is no https address without a password: %s', async (url) => {
    const refusal = await refusalOf(url);
    expect(refusal?.message).toContain('https://host/path');
    expect(refusal?.message).not.toContain('secret');
  });

  test('that speaks http to the world, and not one that speaks it to an allowed network', async () => {
    expect((await refusalOf('http://a.example/'))?.message).toContain('https');
    expect(await refusalOf('http://10.0.0.5/', ['10.0.0.0/8'])).toBeUndefined();
    expect(await refusalOf('http://a.example/', ['10.0.0.0/8'], resolving(['10.0.0.5']))).toBeUndefined();
    expect(await refusalOf('https://a.example/')).toBeUndefined();
    expect(await refusalOf('https://93.184.216.34/x?y=1')).toBeUndefined();
  });
});
