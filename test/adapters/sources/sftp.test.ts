// A real SFTP server as a place: whom it trusts, how it signs in, and what it does with the files there.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hostKeysOf, type OpenPlace, openPlace, PlaceProblem } from '../../../adapters/sources/place.ts';
import type { Network } from '../../../domain/network.ts';
import { networkOf } from '../../../domain/network.ts';
import type { SourcePlace, SourceSecret } from '../../../domain/sources/source.ts';
import { useSshd } from '../../support/sshd.ts';

const sshd = useSshd();
const LOCAL = { allowedNetworks: [networkOf('127.0.0.0/8') as Network], directories: [] };

type Sftp = SourcePlace & { kind: 'sftp' };
const placeAt = (path: string, given: Partial<Sftp> = {}): Sftp => ({
  kind: 'sftp',
  host: '127.0.0.1',
  port: sshd.port,
  user: sshd.user,
  path,
  hostKeys: sshd.hostKeys.slice(0, 1),
  ...given,
});

async function open(
  place: Sftp,
  secret: SourceSecret | null = { privateKey: sshd.privateKey },
  bounds = LOCAL,
): Promise<OpenPlace> {
  const opened = await openPlace(place, secret, bounds);
  onTestFinished(() => opened.close());
  return opened;
}

/** A folder of its own for a test, open to all who sign in. */
async function usePlace(): Promise<{ folder: string; place: OpenPlace }> {
  const folder = await mkdtemp(join(sshd.folder, 'in '));
  return { folder, place: await open(placeAt(folder)) };
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

describe('a server', () => {
  test('shows its keys to nobody in particular, as ssh-keygen prints them', async () => {
    expect((await hostKeysOf(placeAt('/', { user: 'nobody', hostKeys: [] }), LOCAL)).toSorted()).toEqual(
      sshd.hostKeys.toSorted(),
    );
  });

  test('is trusted by any of its keys that is pinned, whatever it would show first', async () => {
    for (const key of sshd.hostKeys)
      await open(placeAt(sshd.folder, { hostKeys: ['SHA256:another', `${key}=`] }));
  });

  test('that shows other keys than those that are pinned is told nothing', async () => {
    const problem = await problemOf(open(placeAt(sshd.folder, { hostKeys: ['SHA256:another'] })));
    expect(problem).toMatchObject({ code: 'host-key', hint: { shown: sshd.hostKeys } });
    for (const key of sshd.hostKeys) expect(problem.message).toContain(key);
    expect(await problemOf(open(placeAt(sshd.folder, { hostKeys: [] })))).toMatchObject({
      code: 'host-key',
      hint: { why: 'unpinned', shown: sshd.hostKeys },
    });
  });

  test('in a network that is not named is not connected to, by address or by name', async () => {
    let connections = 0;
    const server = createServer((socket) => socket.destroy(void connections++)).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const nowhere = { allowedNetworks: [], directories: [] };
    for (const host of ['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '::ffff:127.0.0.1'])
      for (const asked of [
        () => open(placeAt('/', { host, port }), undefined, nowhere),
        () => hostKeysOf(placeAt('/', { host, port }), nowhere),
      ])
        expect(await problemOf(asked())).toMatchObject({
          code: 'not-allowed',
          hint: { setting: 'SOURCE_ALLOWED_NETWORKS' },
        });
    expect(connections).toBe(0);
    expect(await problemOf(open(placeAt('/', { port })))).toMatchObject({ code: 'unreachable' });
  });

  test('that is not there, not found or speaks something else says which', async () => {
    const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 secret words\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const spoken = await problemOf(open(placeAt('/', { port })));
    expect(['answered', 'unreachable']).toContain(spoken.code);
    expect(spoken.message).not.toContain('secret');
    await new Promise((resolve) => server.close(resolve));
    expect(await problemOf(open(placeAt('/', { port })))).toMatchObject({
      code: 'unreachable',
      hint: { cause: 'ECONNREFUSED' },
    });
    expect(await problemOf(open(placeAt('/', { host: 'no-such-host.invalid' })))).toMatchObject({
      code: 'unreachable',
    });
  });
});

describe('signing in', () => {
  test('takes a password, and a key with its passphrase', async () => {
    const { user, password } = sshd.passwordUser;
    await open(placeAt(sshd.folder, { user }), { password });
    await open(placeAt(sshd.folder), sshd.lockedKey);
  });

  test('with what is wrong is refused in words that have nothing of it', async () => {
    const { privateKey } = sshd.lockedKey;
    const wrong: [SourceSecret | null, object][] = [
      [null, { why: 'secret' }],
      [{ password: 'a wrong secret' }, {}],
      [{ privateKey, passphrase: 'a wrong secret' }, { why: 'key' }],
      [{ privateKey }, { why: 'key' }],
      [{ privateKey: 'a wrong secret' }, { why: 'key' }],
    ];
    for (const [secret, hint] of wrong) {
      const problem = await problemOf(open(placeAt(sshd.folder), secret));
      expect(problem).toMatchObject({ code: 'refused-sign-in', hint });
      expect(`${problem.stack}${JSON.stringify(problem)}`).not.toContain('a wrong secret');
    }
  });
});

describe('files', () => {
  test('are listed and read, whatever their names; folders, links, hidden and unfinished ones are not', async () => {
    const { folder, place } = await usePlace();
    const names = ['people.csv', 'two  spaces.csv', 'Jürgen "J" \'x\'.csv', 'u\u0308ber.csv', 'über.csv'];
    for (const name of names) await writeFile(join(folder, name), name);
    for (const name of ['.hidden', '~lock.csv', 'a.tmp', 'a.part', 'a.filepart'])
      await writeFile(join(folder, name), '');
    await mkdir(join(folder, 'completed'));
    await symlink('/etc/passwd', join(folder, 'link.csv'));
    const at = new Date('2026-01-02T03:04:05Z');
    await utimes(join(folder, 'people.csv'), at, at);
    expect(await namesOf(place)).toEqual(names.toSorted());
    expect((await place.list()).find(({ name }) => name === 'people.csv')).toEqual({
      name: 'people.csv',
      bytes: 10,
      modifiedAt: at,
      revision: null,
    });
    for (const name of names) expect(await text(await place.read(name))).toBe(name);
    for (const name of ['missing.csv', 'link.csv', 'completed', '../x', ''])
      expect(await problemOf(place.read(name))).toMatchObject({ code: 'gone' });
  });

  test('come as fast as they are read, and whole', async () => {
    const { folder, place } = await usePlace();
    const content = randomBytes(3 * 2 ** 20 + 17);
    await writeFile(join(folder, 'large.csv'), content);
    expect((await buffer(await place.read('large.csv'))).equals(content)).toBe(true);
    const left = await place.read('large.csv');
    left.destroy();
    expect(await namesOf(place)).toEqual(['large.csv']);
  });

  test('are moved and written under names that are free, and never cover another', async () => {
    const { folder, place } = await usePlace();
    for (const name of ['1.csv', '2.csv', '3.csv']) await writeFile(join(folder, name), name);
    const moved = await Promise.all(
      ['1.csv', '2.csv', '3.csv'].map((name) => place.move(name, 'completed', 'ö.csv')),
    );
    expect(moved.toSorted()).toEqual(['ö-2.csv', 'ö-3.csv', 'ö.csv']);
    const contents = moved.map((name) => readFile(join(folder, 'completed', name), 'utf8'));
    expect(await Promise.all(contents)).toEqual(['1.csv', '2.csv', '3.csv']);
    expect(await problemOf(place.move('1.csv', 'completed', 'x.csv'))).toMatchObject({ code: 'gone' });
    expect(await place.exists('completed', 'ö-3.csv')).toBe(true);
    expect(await place.exists('failed', 'ö.csv')).toBe(false);

    const results = randomBytes(700_000);
    const write = (content: Readable) => place.write('failed', 'ö.results.csv', content);
    expect(await write(Readable.from([results.subarray(0, 5), results.subarray(5)]))).toBe('ö.results.csv');
    expect(await write(Readable.from(['two']))).toBe('ö-2.results.csv');
    expect((await readFile(join(folder, 'failed', 'ö.results.csv'))).equals(results)).toBe(true);
    const breaking = Readable.from(
      (async function* () {
        yield 'half';
        throw new Error('the database is away');
      })(),
    );
    await expect(write(breaking)).rejects.toThrow('the database is away');
    expect((await readdir(join(folder, 'failed'))).toSorted()).toEqual(['ö-2.results.csv', 'ö.results.csv']);
  });

  test('of another user are moved where their folder lets them, and else say who lacks what', async () => {
    const { folder } = await usePlace();
    const { user, password } = sshd.passwordUser;
    const place = await open(placeAt(folder, { user }), { password });
    const { uid } = await stat(folder);
    await writeFile(join(folder, 'a.csv'), 'of another', { mode: 0o644 });
    expect(await problemOf(place.move('a.csv', 'completed', 'a.csv'))).toMatchObject({ code: 'no-access' });
    await chmod(folder, 0o777);
    expect(await place.move('a.csv', 'completed', 'a.csv')).toBe('a.csv');
    const moved = join(folder, 'completed', 'a.csv');
    expect([await readFile(moved, 'utf8'), (await stat(moved)).uid]).toEqual(['of another', uid]);
  });

  test('that say something of others are removed, and a folder that is not there says so', async () => {
    const { folder, place } = await usePlace();
    await writeFile(join(folder, 'a.csv.done'), '');
    await place.remove('a.csv.done');
    await place.remove('a.csv.done');
    expect(await namesOf(place)).toEqual([]);
    expect(await problemOf(open(placeAt(join(folder, 'missing'))))).toMatchObject({ code: 'no-folder' });
  });

  test('of a server that goes away break off, and are there again once it is back', async () => {
    const { folder, place } = await usePlace();
    await writeFile(join(folder, 'large.csv'), randomBytes(8 * 2 ** 20));
    const stream = await place.read('large.csv');
    const reading = async () => {
      for await (const _ of stream) await sshd.stop();
    };
    expect(await problemOf(reading())).toMatchObject({ code: 'unreachable', hint: { why: 'partial' } });
    expect(await problemOf(place.list())).toMatchObject({ code: 'unreachable' });
    await sshd.restart();
    expect(await namesOf(await open(placeAt(folder)))).toEqual(['large.csv']);
  });
});
