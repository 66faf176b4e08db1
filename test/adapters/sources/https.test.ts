// A file at an address of the web as a place: known by what its server says, let in by a header, along few redirects.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { type OpenPlace, openPlace, PlaceProblem } from '../../../adapters/sources/place.ts';
import { type Network, networkOf } from '../../../domain/network.ts';
import type { SourcePlace, SourceSecret } from '../../../domain/sources/source.ts';
import { useAuthority, useHttps } from '../../support/https-server.ts';

const tls = useAuthority();
const LOCAL = ['127.0.0.0/8', '::1/128'];
const MODIFIED = 'Fri, 02 Jan 2026 03:04:05 GMT';

type Https = SourcePlace & { kind: 'https' };
function open(
  url: string,
  given: Partial<Https> = {},
  secret: SourceSecret | null = null,
  networks = LOCAL,
): Promise<OpenPlace> {
  const place = { kind: 'https', url, authHeader: null, authority: tls.authority, ...given } as const;
  return openPlace(place, secret, {
    allowedNetworks: networks.map((network) => networkOf(network) as Network),
    directories: [],
  });
}

const problemOf = (promise: Promise<unknown>): Promise<PlaceProblem> =>
  promise.then(
    () => expect.unreachable('there is a problem'),
    (error) => {
      expect(error).toBeInstanceOf(PlaceProblem);
      return error;
    },
  );

test('a file is known by its ETag, size and time, without being read, and then read as it is', async () => {
  const { origin, asked } = await useHttps(
    tls,
    (_, response) =>
      void response
        .writeHead(200, { etag: '"v7"', 'last-modified': MODIFIED, 'content-length': 7 })
        .end('a,b\n1,2'),
  );
  const place = await open(`${origin}/export/P%C3%A4rsonen%202026.csv?format=csv`);
  expect(place.canMove).toBe(false);
  expect(await place.list()).toEqual([
    { name: 'Pärsonen 2026.csv', bytes: 7, modifiedAt: new Date(MODIFIED), revision: '"v7"' },
  ]);
  expect(asked.map(({ method }) => method)).toEqual(['HEAD']);
  expect(await text(await place.read('Pärsonen 2026.csv'))).toBe('a,b\n1,2');
  expect(asked[1]).toMatchObject({ method: 'GET', url: '/export/P%C3%A4rsonen%202026.csv?format=csv' });
  expect(await problemOf(place.read('another.csv'))).toMatchObject({ code: 'gone' });
});

test.each([
  ['/', 'file'],
  ['/a/b/', 'b'],
  ['/x%2F..%2F..%2Fpasswd', 'x_.._.._passwd'],
  ['/..%2fetc', '_etc'],
  ['/.hidden', 'hidden'],
  ['/100%', '100%'],
  ['/a%00b', 'a_b'],
])('the path %s gives a name that stays where it is: %s', async (path, name) => {
  const { origin } = await useHttps(
    tls,
    (_, response) => void response.writeHead(200, { etag: 'x', 'content-length': 1 }).end('x'),
  );
  expect((await (await open(origin + path)).list())[0]?.name).toBe(name);
});

test('a server that does not answer HEAD is asked for the file', async () => {
  const { origin, asked } = await useHttps(tls, ({ method }, response) => {
    if (method === 'HEAD') return void response.writeHead(405).end();
    response.writeHead(200, { etag: '"v7"', 'content-length': 3 }).end('abc');
  });
  expect(await (await open(`${origin}/a.csv`)).list()).toMatchObject([{ bytes: 3, revision: '"v7"' }]);
  expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
});

test('a file of which no length or revision is told is read to know it', async () => {
  let content = 'one';
  const { origin } = await useHttps(tls, (_, response) => {
    response.write(content);
    response.end();
  });
  const place = await open(`${origin}/a.csv`);
  const revision = `sha256-${createHash('sha256').update('one').digest('hex')}`;
  expect(await place.list()).toEqual([{ name: 'a.csv', bytes: 3, modifiedAt: null, revision }]);
  content = 'two';
  expect((await place.list())[0]?.revision).not.toBe(revision);
});

test('nothing is there where nothing is there, and other answers say what they are', async () => {
  let status = 404;
  const { origin } = await useHttps(
    tls,
    (_, response) => void response.writeHead(status).end('secret words'),
  );
  const place = await open(`${origin}/a.csv`);
  for (status of [404, 410]) {
    expect(await place.list()).toEqual([]);
    expect(await problemOf(place.read('a.csv'))).toMatchObject({ code: 'gone' });
  }
  for (status of [401, 403]) {
    expect(await problemOf(place.list())).toMatchObject({ code: 'refused-sign-in', hint: { status } });
    expect(await problemOf(place.read('a.csv'))).toMatchObject({ code: 'refused-sign-in' });
  }
  for (status of [204, 206, 302, 304, 500, 503]) {
    const problem = await problemOf(place.list());
    expect(problem).toMatchObject({ code: 'answered', hint: { status } });
    expect(problem.message).toContain(String(status));
    expect(problem.message).not.toContain('secret');
  }
});

test('the header that lets one in goes to the first server alone, and not to it either once it led elsewhere', async () => {
  const elsewhere = await useHttps(
    tls,
    ({ url }, response) =>
      void (url === '/back'
        ? response.writeHead(302, { location: `${first.origin}/end.csv` }).end()
        : response.writeHead(200, { etag: 'e', 'content-length': 1 }).end('x')),
  );
  const first = await useHttps(tls, ({ url }, response) => {
    const to = {
      '/a.csv': '/b.csv',
      '/b.csv': `${elsewhere.origin}/c.csv`,
      '/back': `${elsewhere.origin}/back`,
    }[url ?? ''];
    if (to) return void response.writeHead(307, { location: to }).end();
    response.writeHead(200, { etag: 'e', 'content-length': 1 }).end('x');
  });
  const secret = { headerValue: 'Bearer tok en\n' };
  const header = { authHeader: 'Authorization' };
  const place = await open(`${first.origin}/a.csv`, header, secret);
  expect(await place.list()).toMatchObject([{ name: 'a.csv' }]);
  await (await open(`${first.origin}/back`, header, secret)).list();
  expect(first.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual([
    ['/a.csv', 'Bearer tok en'],
    ['/b.csv', 'Bearer tok en'],
    ['/back', 'Bearer tok en'],
    ['/end.csv', undefined],
  ]);
  expect(elsewhere.asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);

  expect(await problemOf(open(`${first.origin}/a.csv`, header))).toMatchObject({
    code: 'refused-sign-in',
    hint: { why: 'secret' },
  });
  const broken = await open(`${first.origin}/a.csv`, header, { headerValue: 'sec\nret' });
  const problem = await problemOf(broken.list());
  expect(problem).toMatchObject({ code: 'refused-sign-in' });
  expect(`${problem.stack}`).not.toContain('ret\n');
});

test('three redirects are followed, the fourth is not', async () => {
  const { origin, asked } = await useHttps(tls, ({ url }, response) => {
    const left = Number(url?.slice(1));
    if (left > 0) return void response.writeHead(302, { location: `/${left - 1}` }).end();
    response.writeHead(200, { etag: 'e', 'content-length': 1 }).end('x');
  });
  expect(await (await open(`${origin}/3`)).list()).toMatchObject([{ name: '3' }]);
  asked.length = 0;
  expect(await problemOf((await open(`${origin}/4`)).list())).toMatchObject({ code: 'too-many-redirects' });
  expect(asked).toHaveLength(4);
});

test('an address that is not allowed is not connected to, be it first or at the end of a redirect', async () => {
  const inside = await useHttps(tls, (_, response) => void response.end('inside'));
  const port = new URL(inside.origin).port;
  for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '[::ffff:127.0.0.1]'])
    expect(await problemOf((await open(`https://${host}:${port}/`, {}, null, [])).list())).toMatchObject({
      code: 'not-allowed',
      hint: { setting: 'SOURCE_ALLOWED_NETWORKS' },
    });
  let location = '';
  const first = await useHttps(tls, (_, response) => void response.writeHead(302, { location }).end());
  const leading = await open(`${first.origin}/a`, {}, null, ['127.0.0.1/32']);
  for (location of [
    `https://127.0.0.2:${port}/`,
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.5/',
  ])
    expect(await problemOf(leading.list())).toMatchObject({ code: 'not-allowed' });
  for (location of [
    `http://127.0.0.1:${port}/`,
    'ftp://127.0.0.1/',
    'https://user:pass@127.0.0.1/',
    'https://',
  ])
    expect(await problemOf(leading.list())).toMatchObject({ code: 'not-allowed' });
  expect(inside.asked).toEqual([]);
  for (const url of ['ftp://a.example/', 'https://u:p@a.example/', 'no address'])
    expect(await problemOf(open(url))).toMatchObject({ code: 'not-allowed', hint: { why: 'name' } });
});

test('http is for networks alone that are allowed', async () => {
  const server = createServer((_, response) => void response.writeHead(200, { etag: 'x' }).end('abc')).listen(
    0,
    '127.0.0.1',
  );
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  expect(await (await open(`http://localhost:${port}/a.csv`)).list()).toMatchObject([{ name: 'a.csv' }]);
  expect(await problemOf((await open('http://93.184.216.34/a.csv')).list())).toMatchObject({
    code: 'not-allowed',
    hint: { why: 'plain' },
  });
});

test('a certificate counts where its authority is pinned, and no other', async () => {
  const { origin, asked } = await useHttps(tls, (_, response) => void response.end('x'));
  const elsewhere = `-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  for (const authority of [null, elsewhere])
    expect(await problemOf((await open(`${origin}/a`, { authority })).list())).toMatchObject({
      code: 'certificate',
    });
  expect(asked).toEqual([]);
});

test('a file that breaks off is no file, and a server that is not there says so', async () => {
  const server = await useHttps(tls, ({ method }, response) => {
    response.writeHead(200, { etag: 'x', 'content-length': 1000 });
    if (method === 'HEAD') return void response.end();
    response.write('half');
    setTimeout(() => response.destroy(), 20);
  });
  const place = await open(`${server.origin}/a.csv`);
  expect(await problemOf(text(await place.read('a.csv')))).toMatchObject({
    code: 'unreachable',
    hint: { why: 'partial' },
  });
  await server.stop();
  expect(await problemOf(place.list())).toMatchObject({
    code: 'unreachable',
    hint: { cause: 'ECONNREFUSED' },
  });
  expect(await problemOf((await open('https://no-such-host.invalid/a')).list())).toMatchObject({
    code: 'unreachable',
  });
});
