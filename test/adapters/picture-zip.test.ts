// Zips of pictures as people make them, with the names that their systems write, and zips that nobody makes to be read.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { fc, test as property } from '@fast-check/vitest';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FileStore, openFiles } from '../../adapters/files.ts';
import { openPictureZip } from '../../adapters/picture-zip.ts';
import { PictureProblem, pictureReason } from '../../adapters/pictures.ts';
import { inspectZippedFile, readZippedPicture } from '../../adapters/zipped-file.ts';
import { Refusal } from '../../domain/refusal.ts';
import { plainJpeg } from '../support/pictures.ts';
import { makeZip, modeOf, UNIX, UTF8, unicodePath, type ZipPart } from '../support/zips.ts';

const BYTES_MAX = 200_000;
let folder: string;
let files: FileStore;
let jpeg: Buffer;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zips-'));
  files = await openFiles(pathToFileURL(join(folder, 'files')).href);
  jpeg = await plainJpeg();
});
afterAll(() => rmSync(folder, { recursive: true }));

let stored = 0;
async function open(zip: Buffer) {
  stored += 1;
  await files.write(`zip${stored}`, Readable.from([zip]), { maxBytes: 2 ** 30 });
  return openPictureZip(files, `zip${stored}`);
}

/** Each file with what becomes of it: its size, or the problem of its row. */
async function readAll(
  zip: Buffer,
  read: typeof readZippedPicture | typeof inspectZippedFile = readZippedPicture,
) {
  const opened = await open(zip);
  const found: [string, unknown][] = [];
  for (const file of opened.files)
    try {
      const content = await read(file, { zip: opened.zip, bytesMax: BYTES_MAX });
      found.push([file.path, content?.length ?? 'fine']);
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error;
      found.push([file.path, pictureReason(error).code]);
    }
  return Object.fromEntries(found);
}

/** By what a zip is refused, opened and read to its end, whether its pictures are wanted or not. */
async function faultOf(zip: Buffer): Promise<unknown> {
  const faults = [];
  for (const read of [readZippedPicture, inspectZippedFile]) {
    const error = await readAll(zip, read).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (error !== undefined && !(error instanceof Refusal)) throw error;
    faults.push(error?.details['zip'] ?? null);
  }
  expect(faults[0]).toBe(faults[1]);
  return faults[0];
}

const pathsOf = async (parts: ZipPart[]) => (await open(makeZip(parts))).files.map(({ path }) => path);

describe('names', () => {
  test('are read as the systems write them, marked or not', async () => {
    const raw = (name: string, encoding: string) => iconv.encode(name, encoding);
    expect(
      await pathsOf([
        { name: 'Müller.jpg', content: jpeg },
        // macOS: UTF-8 that does not say so, with letters taken apart.
        { name: Buffer.from('Jürgen Größe.jpg'.normalize('NFD')), content: jpeg },
        // Windows, of the United States and of western Europe.
        { name: raw('Zoë Ñandú.jpg', 'cp437'), content: jpeg },
        { name: raw('Åse Ðórarinn Øster.jpg', 'cp850'), content: jpeg },
        // Info-ZIP: a plain name, and the right one in a field.
        {
          name: Buffer.from('L_uka.jpg'),
          extra: unicodePath(Buffer.from('L_uka.jpg'), 'Łuka.jpg'),
          content: jpeg,
        },
        // The field belongs to another name: the file was renamed since.
        {
          name: Buffer.from('new.jpg'),
          extra: unicodePath(Buffer.from('old.jpg'), 'Old.jpg'),
          content: jpeg,
        },
        { name: '山田.jpg', content: jpeg },
      ]),
    ).toEqual([
      'Müller.jpg',
      'Jürgen Größe.jpg',
      'Zoë Ñandú.jpg',
      'Åse Ðórarinn Øster.jpg',
      'Łuka.jpg',
      'new.jpg',
      '山田.jpg',
    ]);
  });

  // Some three letters with accents in a row are one letter of another script in UTF-8: nobody can tell these apart.
  const syllable = fc
    .tuple(fc.constantFrom(...'ÄäöüßéèñçåæôÐØø'), fc.constantFrom(...'abz 019-_'))
    .map((letters) => letters.join(''));
  property.prop([fc.array(syllable, { maxLength: 8 })], { numRuns: 50 })(
    'come back whatever wrote them',
    async (syllables) => {
      const path = `x${syllables.join('')}.jpg`;
      const unmarked = [path, path.normalize('NFD')].map((name) => Buffer.from(name));
      for (const name of [path, ...unmarked, iconv.encode(path, 'cp850')])
        expect(await pathsOf([{ name, content: jpeg }])).toEqual([path]);
    },
  );

  test('have slashes, whatever Windows wrote, and folders as deep as people make them', async () => {
    expect(
      await pathsOf([
        { name: 'photos\\class 1\\S1.jpg', content: jpeg },
        { name: 'photos/2026/a/b/c/S2.jpg', content: jpeg },
      ]),
    ).toEqual(['photos/class 1/S1.jpg', 'photos/2026/a/b/c/S2.jpg']);
  });
});

describe('what people have in a zip', () => {
  test('is its files, without folders and what the systems put beside them', async () => {
    expect(
      await readAll(
        makeZip([
          { name: 'photos/', madeBy: UNIX, attributes: modeOf(0o040755) },
          { name: 'photos/S1.jpg', content: jpeg, madeBy: UNIX, attributes: modeOf(0o100644) },
          { name: '__MACOSX/photos/._S1.jpg', content: 'Mac OS X' },
          { name: 'photos/.DS_Store', content: 'Bud1' },
          { name: 'photos/Thumbs.db', content: 'x' },
          { name: 'photos/desktop.ini', content: '[.ShellClassInfo]' },
          { name: 'folder', attributes: 0x10 },
          { name: 'photos/S2.PNG', content: jpeg, method: 0 },
        ]),
      ),
    ).toEqual({ 'photos/S1.jpg': jpeg.length, 'photos/S2.PNG': jpeg.length });
  });

  test('is read stored and deflated, with sizes behind it, and in the large form', async () => {
    for (const method of [0, 8])
      for (const hasDescriptor of [false, true])
        expect(await readAll(makeZip([{ name: 'S1.jpg', content: jpeg, method, hasDescriptor }]))).toEqual({
          'S1.jpg': jpeg.length,
        });
    const large = makeZip([{ name: 'S1.jpg', content: jpeg, isZip64: true }], { isZip64: true });
    expect(await readAll(large)).toEqual({ 'S1.jpg': jpeg.length });
  });

  test('may be no pictures, too large or damaged: each by itself', async () => {
    const noise = Buffer.concat([jpeg, randomBytes(BYTES_MAX)]);
    const parts: ZipPart[] = [
      { name: 'S1.jpg', content: jpeg },
      { name: 'S2.jpg', content: 'Dear all' },
      { name: 'notes.txt', content: 'Dear all '.repeat(100_000) },
      {
        name: 'list.docx',
        content: Buffer.concat([makeZip([{ name: '[Content_Types].xml', content: 'x' }])]),
      },
      { name: 'S3.jpg', content: noise },
      { name: 'S4.jpg', content: noise, method: 0 },
      { name: 'S5.jpg', content: Buffer.concat([jpeg, Buffer.alloc(6 * 2 ** 20)]) },
      { name: 'S6.jpg', content: jpeg, stated: { crc: 1 } },
      { name: 'S7.jpg', content: '' },
      { name: 'S8.dat', content: jpeg },
    ];
    expect(await readAll(makeZip(parts))).toEqual({
      'S1.jpg': jpeg.length,
      'S2.jpg': 'not-a-picture',
      'notes.txt': 'not-a-picture',
      'list.docx': 'not-a-picture',
      'S3.jpg': 'picture-too-large',
      'S4.jpg': 'picture-too-large',
      'S5.jpg': 'picture-too-large',
      'S6.jpg': 'broken-picture',
      'S7.jpg': 'not-a-picture',
      'S8.dat': jpeg.length,
    });
  });

  test('is damaged where what was deflated is cut off or overwritten, and the other files are fine', async () => {
    const content = Buffer.concat([jpeg, randomBytes(50_000)]);
    const zip = makeZip([
      { name: 'S1.jpg', content },
      { name: 'S2.jpg', content: jpeg },
    ]);
    zip.fill(0xff, 1000, 3000);
    expect(await readAll(zip)).toEqual({ 'S1.jpg': 'broken-picture', 'S2.jpg': jpeg.length });
  });

  test.runIf(spawnSync('zip', ['-v']).status === 0)('is what the zip command makes of a folder', async () => {
    const from = join(folder, 'made');
    mkdirSync(join(from, 'photos/Klasse 1'), { recursive: true });
    for (const name of ['S1.jpg', 'Klasse 1/Jürgen.jpg', 'Klasse 1/Łuka.jpg', '.DS_Store'])
      writeFileSync(join(from, 'photos', name), jpeg);
    for (const options of [['-r'], ['-r', '-0'], ['-r', '-UN=UTF8'], ['-r', '-fz'], ['-r', '-fd']]) {
      rmSync(join(from, 'x.zip'), { force: true });
      execFileSync('zip', ['-q', ...options, 'x.zip', 'photos'], { cwd: from });
      expect(await readAll(readFileSync(join(from, 'x.zip')))).toEqual({
        'photos/S1.jpg': jpeg.length,
        'photos/Klasse 1/Jürgen.jpg': jpeg.length,
        'photos/Klasse 1/Łuka.jpg': jpeg.length,
      });
    }
    symlinkSync('/etc/passwd', join(from, 'photos/S9.jpg'));
    execFileSync('zip', ['-q', '-r', '--symlinks', 'link.zip', 'photos'], { cwd: from });
    expect(await faultOf(readFileSync(join(from, 'link.zip')))).toBe('link-inside');
    execFileSync('zip', ['-q', '-P', 'secret', 'locked.zip', 'photos/S1.jpg'], { cwd: from });
    expect(await faultOf(readFileSync(join(from, 'locked.zip')))).toBe('encrypted');
  });
});

describe('refused as a whole, whatever else is in it', () => {
  const fine = (): ZipPart => ({ name: 'S1.jpg', content: jpeg });
  const zeros = (bytes: number) => Buffer.alloc(bytes);

  test.each(['../S2.jpg', '/S2.jpg', 'C:\\S2.jpg', 'a/../../S2.jpg', '..\\..\\S2.jpg', '\\\\server\\S2.jpg'])(
    'a path that leads out: %s',
    async (name) => {
      expect(await faultOf(makeZip([fine(), { name, content: jpeg }]))).toBe('leads-out');
      expect(await faultOf(makeZip([fine(), { name: Buffer.from(name), content: jpeg }]))).toBe('leads-out');
      const extra = unicodePath(Buffer.from('S2.jpg'), name);
      expect(await faultOf(makeZip([fine(), { name: Buffer.from('S2.jpg'), extra, content: jpeg }]))).toBe(
        'leads-out',
      );
    },
  );

  test('a link, a device, a pipe', async () => {
    for (const kind of [0o120777, 0o020644, 0o060644, 0o010644, 0o140644])
      for (const madeBy of [UNIX, 19, 0])
        expect(
          await faultOf(
            makeZip([fine(), { name: 'S2.jpg', content: '/etc/passwd', madeBy, attributes: modeOf(kind) }]),
          ),
        ).toBe('link-inside');
  });

  test('a password, of the old kind and the strong one, said here or there', async () => {
    for (const flags of [UTF8 | 1, UTF8 | 0x41, UTF8 | 0x2001])
      expect(await faultOf(makeZip([fine(), { name: 'S2.jpg', content: jpeg, flags }]))).toBe('encrypted');
    const zip = makeZip([fine()]);
    zip.writeUInt16LE(UTF8 | 1, 6);
    expect(await faultOf(zip)).toBe('encrypted');
  });

  test('an archive inside, by its name or its content', async () => {
    const inner = makeZip([fine()]);
    for (const name of ['more.zip', 'S2.jpg', 'list.docx'])
      expect(await faultOf(makeZip([fine(), { name, content: inner }]))).toBe('archive-inside');
    expect(await faultOf(makeZip([fine(), { name: 'x/more.zip', content: inner, method: 0 }]))).toBe(
      'archive-inside',
    );
    for (const head of ['Rar!\x1a\x07\x00', '7z\xbc\xaf\x27\x1c', '\x1f\x8b\x08', 'BZh9', '\xfd7zXZ\0'])
      expect(await faultOf(makeZip([fine(), { name: 'S2', content: Buffer.from(head, 'latin1') }]))).toBe(
        'archive-inside',
      );
  });

  test('a bomb, one that says so and one that does not', async () => {
    const bytes = 40 * 2 ** 20;
    expect(await faultOf(makeZip([fine(), { name: 'S2.jpg', content: zeros(bytes) }]))).toBe('bomb');
    expect(await faultOf(makeZip([fine(), { name: 'S2.jpg', content: zeros(10 * 2 ** 20) }]))).toBe('bomb');
    const lying = { name: 'S2.jpg', content: zeros(bytes), stated: { unpacked: 1000 } };
    expect(await faultOf(makeZip([fine(), lying]))).toBe('lying');
    const many = Array.from({ length: 20 }, (_, n) => ({ name: `S${n}.jpg`, content: zeros(4 * 2 ** 20) }));
    expect(await faultOf(makeZip(many))).toBe('bomb');
  });

  test('files that lie over each other, or are named twice', async () => {
    const twice = makeZip([fine(), { name: 'S2.jpg', content: jpeg, stated: { at: 0 } }]);
    expect(await faultOf(twice)).toBe('overlapping');
    const parts: ZipPart[] = [
      { name: 'S1.jpg', content: jpeg, method: 0 },
      { name: 'S2.jpg', content: jpeg, method: 0 },
    ];
    const [first] = parts as [ZipPart];
    first.stated = { packed: jpeg.length + 100, unpacked: jpeg.length + 100 };
    expect(await faultOf(makeZip(parts))).toBe('overlapping');
    // The file's own header is longer than the directory says: its content would reach into the next.
    const longer = makeZip([fine(), { name: 'S2.jpg', content: jpeg }]);
    longer.writeUInt16LE(5000, 28);
    expect(await faultOf(longer)).toBe('overlapping');
  });

  test('sizes that can’t be, and a way of packing that is not read', async () => {
    const lying = { name: 'S2.jpg', content: jpeg, method: 0, stated: { unpacked: 10 } };
    expect(await faultOf(makeZip([fine(), lying]))).toBe('lying');
    for (const method of [9, 12, 14, 93, 99])
      expect(await faultOf(makeZip([fine(), { name: 'S2.jpg', content: jpeg, method }]))).toBe(
        'unknown-method',
      );
    expect(await faultOf(makeZip([fine(), { name: 'S2.jpg', content: jpeg, localMethod: 0 }]))).toBe(
      'damaged',
    );
  });

  test('no zip, one that is cut off, one whose directory leads nowhere', async () => {
    const zip = makeZip([fine(), { name: 'S2.jpg', content: randomBytes(3000) }]);
    expect(await faultOf(jpeg)).toBe('not-a-zip');
    expect(await faultOf(Buffer.alloc(0))).toBe('not-a-zip');
    for (const share of [0.2, 0.5, 0.99])
      expect(await faultOf(zip.subarray(0, zip.length * share))).toBe('not-a-zip');
    expect(await faultOf(zip.subarray(500))).toBe('damaged');
    const elsewhere = Buffer.from(zip);
    elsewhere.writeUInt32LE(7, elsewhere.length - 6);
    expect(await faultOf(elsewhere)).toBe('damaged');
    expect(await faultOf(makeZip([{ name: 'S1.jpg', content: jpeg, stated: { at: 3 } }]))).toBe('damaged');
  });

  test('too many files, before any of them is looked at', async () => {
    const zip = makeZip([fine()], { isZip64: true });
    zip.writeBigUInt64LE(100_001n, zip.length - 98 + 32);
    expect(await faultOf(zip)).toBe('too-many-files');
  });

  test('nothing in it', async () => {
    expect(await faultOf(makeZip([]))).toBe('empty');
    expect(await faultOf(makeZip([{ name: 'photos/' }, { name: '__MACOSX/x', content: 'x' }]))).toBe('empty');
  });
});

test('an outage of the store is none of the zip’s faults', async () => {
  await files.write('there', Readable.from([makeZip([{ name: 'S1.jpg', content: jpeg }])]), {
    maxBytes: 2 ** 20,
  });
  const away: FileStore = { ...files, readRange: () => Promise.reject(new Error('the store is away')) };
  await expect(openPictureZip(away, 'there')).rejects.toThrow('the store is away');
});
