// A bucket of a real S3 server as a place: with its own credentials alone, and files that never cover one another.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { type OpenPlace, openPlace, PlaceProblem } from '../../../adapters/sources/place.ts';
import { type Network, networkOf } from '../../../domain/network.ts';
import type { SourcePlace, SourceSecret } from '../../../domain/sources/source.ts';
import { useS3 } from '../../support/s3.ts';

const s3 = useS3();
// What the server lets in; the test server has put it into the surroundings too.
const SECRET = { accessKeyId: 'muster', secretAccessKey: 'muster-secret' };
const LOCAL = ['127.0.0.0/8'];

const endpointOf = () => new URL(s3.url).searchParams.get('endpoint') ?? '';
const bucketOf = () => new URL(s3.url).hostname;

type S3 = SourcePlace & { kind: 's3' };
async function open(
  prefix: string,
  given: Partial<S3> = {},
  secret: SourceSecret | null = SECRET,
  networks = LOCAL,
): Promise<OpenPlace> {
  const place = {
    kind: 's3',
    bucket: bucketOf(),
    prefix,
    region: 'us-east-1',
    endpoint: endpointOf(),
    isPathStyle: true,
    ...given,
  } as const;
  const allowedNetworks = networks.map((network) => networkOf(network) as Network);
  const opened = await openPlace(place, secret, { allowedNetworks, directories: [] });
  onTestFinished(() => opened.close());
  return opened;
}

async function put(key: string, content: string | Buffer): Promise<void> {
  const client = new S3Client({
    endpoint: endpointOf(),
    region: 'us-east-1',
    forcePathStyle: true,
    credentials: SECRET,
  });
  await client.send(new PutObjectCommand({ Bucket: bucketOf(), Key: key, Body: content }));
  client.destroy();
}

const namesOf = async (place: OpenPlace) => (await place.list()).map(({ name }) => name).toSorted();
const problemOf = (promise: Promise<unknown>): Promise<PlaceProblem> =>
  promise.then(
    () => expect.unreachable('there is a problem'),
    (error) => {
      expect(error).toBeInstanceOf(PlaceProblem);
      return error;
    },
  );

test('files under the prefix are listed and read, whatever their names, and nothing below or beside it', async () => {
  const names = ['people.csv', 'two  spaces+&%.csv', 'Jürgen "J".csv', 'u\u0308ber.csv', 'über?.csv'];
  for (const name of names) await put(`listed/in/${name}`, name);
  for (const name of ['.hidden', 'a.part', 'completed/old.csv', 'below/a.csv'])
    await put(`listed/in/${name}`, 'x');
  await put('listed/in-other/a.csv', 'x');
  for (const prefix of ['listed/in', '/listed/in/']) {
    const place = await open(prefix);
    expect(await namesOf(place)).toEqual(names.toSorted());
    for (const name of names) expect(await text(await place.read(name))).toBe(name);
  }
  const place = await open('listed/in');
  expect((await place.list()).find(({ name }) => name === 'people.csv')).toEqual({
    name: 'people.csv',
    bytes: 10,
    modifiedAt: expect.any(Date),
    revision: expect.stringMatching(/^"/),
  });
  expect(await problemOf(place.read('missing.csv'))).toMatchObject({ code: 'gone' });
  expect(await namesOf(await open('nothing/there'))).toEqual([]);
});

test('files are moved and written under names that are free, and never cover another', async () => {
  const names = ['1 ü.csv', '2.csv', '3.csv'];
  for (const name of names) await put(`moved/${name}`, name);
  const place = await open('moved');
  const moved = [];
  for (const name of names) moved.push(await place.move(name, 'completed', 'ö x.csv'));
  expect(moved).toEqual(['ö x.csv', 'ö x-2.csv', 'ö x-3.csv']);
  expect(await place.list()).toEqual([]);
  const completed = await open('moved/completed');
  for (const [index, name] of moved.entries())
    expect(await text(await completed.read(name))).toBe(names[index]);
  expect(await problemOf(place.move('2.csv', 'completed', 'y.csv'))).toMatchObject({ code: 'gone' });
  expect(await place.exists('completed', 'ö x-2.csv')).toBe(true);
  expect(await place.exists('failed', 'ö x.csv')).toBe(false);

  const large = randomBytes(6 * 2 ** 20);
  const write = (content: Readable) => place.write('failed', 'r.results.csv', content);
  expect(await write(Readable.from([large.subarray(0, 7), large.subarray(7)]))).toBe('r.results.csv');
  expect(await write(Readable.from(['two']))).toBe('r-2.results.csv');
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.from('half');
      throw new Error('the database is away');
    })(),
  );
  await expect(write(breaking)).rejects.toThrow('the database is away');
  const failed = await open('moved/failed');
  expect(await namesOf(failed)).toEqual(['r-2.results.csv', 'r.results.csv']);
  expect((await buffer(await failed.read('r.results.csv'))).equals(large)).toBe(true);
});

test('files that are moved to one name at the same time all stay', async () => {
  const names = Array.from({ length: 5 }, (_, at) => `${at}.csv`);
  for (const name of names) await put(`raced/${name}`, name);
  const place = await open('raced');
  const moved = await Promise.all(names.map((name) => place.move(name, 'completed', 'x.csv')));
  expect(new Set(moved).size).toBe(names.length);
  const completed = await open('raced/completed');
  const contents = await Promise.all(moved.map(async (name) => text(await completed.read(name))));
  expect(contents).toEqual(names);
});

test('a move that was broken off half-way is finished by moving again; markers are removed', async () => {
  await put('half/a.csv', 'one');
  await put('half/completed/a.csv', 'one');
  await put('half/a.csv.done', '');
  const place = await open('half');
  expect(await place.move('a.csv', 'completed', 'a.csv')).toBe('a.csv');
  await place.remove('a.csv.done');
  await place.remove('a.csv.done');
  expect([await namesOf(place), await namesOf(await open('half/completed'))]).toEqual([[], ['a.csv']]);
});

test('the credentials are those of the source, and never those of the process', async () => {
  expect(process.env['AWS_SECRET_ACCESS_KEY']).toBe(SECRET.secretAccessKey);
  for (const secret of [null, {}, { accessKeyId: 'muster' }])
    expect(await problemOf(open('x', {}, secret))).toMatchObject({
      code: 'refused-sign-in',
      hint: { why: 'secret' },
    });
  for (const secret of [
    { accessKeyId: 'another', secretAccessKey: 'a wrong secret' },
    { ...SECRET, secretAccessKey: 'a wrong secret' },
  ]) {
    const problem = await problemOf((await open('x', {}, secret)).list());
    expect(problem).toMatchObject({ code: 'refused-sign-in' });
    expect(`${problem.stack}${JSON.stringify(problem)}`).not.toContain('a wrong secret');
  }
});

test('an endpoint that is not allowed, not there or has no such bucket says which', async () => {
  const outside = { code: 'not-allowed', hint: { setting: 'SOURCE_ALLOWED_NETWORKS' } };
  const { port } = new URL(endpointOf());
  expect(await problemOf(open('x', {}, SECRET, []))).toMatchObject(outside);
  expect(await problemOf(open('x', { endpoint: `https://0x7f.1:${port}` }, SECRET, []))).toMatchObject(
    outside,
  );
  const named = await open('x', { endpoint: `http://localhost:${port}` }, SECRET, []);
  expect(await problemOf(named.list())).toMatchObject(outside);
  // What the surroundings say of an endpoint leads nowhere.
  process.env['AWS_ENDPOINT_URL'] = endpointOf();
  onTestFinished(() => void delete process.env['AWS_ENDPOINT_URL']);
  const nobody = await open('x', { endpoint: 'https://no-such-host.invalid' });
  expect(await problemOf(nobody.list())).toMatchObject({ code: 'unreachable' });
  expect(await problemOf((await open('x', { bucket: 'missing' })).list())).toMatchObject({
    code: 'no-folder',
  });
  for (const endpoint of ['ftp://a.example', 'no address', 'https://u:p@a.example'])
    expect(await problemOf(open('x', { endpoint }))).toMatchObject({
      code: 'not-allowed',
      hint: { why: 'name' },
    });
});
