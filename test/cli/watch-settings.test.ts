// The settings of `muster watch`: where they come from, and what a configuration file may say.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { parseAssignments } from '../../cli/watch/config-file.ts';
import { columnNamesIn, gatherSettings, shownSettings, type WatchFlags } from '../../cli/watch/settings.ts';
import { newFile, newFolder } from './muster.ts';

const FLAGS: WatchFlags = { header: true, rest: 5, interval: 10, wait: true };
const ENV = { API_URL: 'https://muster.example/', PERSISTENT_ACCESS_TOKEN: 'a-key-that-is-long-enough' };
const gather = (
  flags: Partial<WatchFlags> = {},
  env: Record<string, string> = ENV,
  directory: string | undefined = '/in',
) => gatherSettings(directory, { ...FLAGS, ...flags }, { env, folder: '/work' });
const valuesOf = (text: string) => Object.fromEntries(parseAssignments(text, 'config').values);

describe('a configuration file', () => {
  test('is read in the form of a shell, whatever its quotes, comments and line ends', () => {
    const text = [
      '#!/bin/bash',
      '',
      'IMPORT_DIRECTORY="/srv/new files"   # where they come',
      "export DONE_DIRECTORY='/srv/it''s'",
      'API_URL=https://muster.example;',
      '# COLUMN_NAMES="email,identifier"',
      'PERSISTENT_ACCESS_TOKEN="a\\"b\\\\c\\$d"',
      'ACTION_DEFAULT=""',
    ];
    const found = valuesOf(text.filter((line) => !line.includes("''")).join('\r\n'));
    expect(found).toEqual({
      IMPORT_DIRECTORY: '/srv/new files',
      API_URL: 'https://muster.example',
      PERSISTENT_ACCESS_TOKEN: 'a"b\\c$d',
      ACTION_DEFAULT: '',
    });
  });

  test('is read in the form of PowerShell, with Windows paths as they stand', () => {
    const text =
      "# Set\n$IMPORT_DIRECTORY = \"C:\\import directory\"\n$DONE_DIRECTORY = '\\\\server\\it''s'\n" +
      '$env:ACTION_DEFAULT="CREATE_OR_UPDATE" # comment\n$PERSISTENT_ACCESS_TOKEN = "a`$b""c"';
    expect(valuesOf(text)).toEqual({
      IMPORT_DIRECTORY: 'C:\\import directory',
      DONE_DIRECTORY: "\\\\server\\it's",
      ACTION_DEFAULT: 'CREATE_OR_UPDATE',
      PERSISTENT_ACCESS_TOKEN: 'a$b"c',
    });
  });

  test.each([
    ['A="$HOME/in"', 'names a variable'],
    ['A=$(whoami)', 'names a variable'],
    ['A="`whoami`"', 'names a variable'],
    ['$A = "$home\\in"', 'names a variable'],
    ['A="open', 'not closed'],
    ['A=two words', 'more behind the value'],
    ['A="one""two"', 'more behind the value'],
  ])('never runs anything: %s is refused with its line', (line, words) => {
    expect(() => parseAssignments(`\n${line}`, 'config.sh')).toThrow(words);
    expect(() => parseAssignments(`\n${line}`, 'config.sh')).toThrow('config.sh, line 2');
  });

  property.prop([fc.string({ unit: 'binary' }).filter((text) => !/[\r\n']/.test(text))])(
    'gives back whatever stands in single quotes',
    (text) => {
      expect(valuesOf(`KEY='${text}'`)).toEqual({ KEY: text });
    },
  );

  test('counts from its own folder, and is read in UTF-16 too', async () => {
    const folder = newFolder();
    const path = join(folder, 'config.ps1');
    const text = '$IMPORT_DIRECTORY = "new"\r\n$DONE_DIRECTORY = "done"\r\nset -e\r\n$FIELD_SEPERATOR = ";"';
    writeFileSync(path, Buffer.from(`\ufeff${text}`, 'utf16le'));
    const settings = await gatherSettings(
      undefined,
      { ...FLAGS, config: path },
      { env: ENV, folder: '/work' },
    );
    expect([settings.from, settings.done]).toEqual([join(folder, 'new'), join(folder, 'done')]);
    expect(settings.failed).toBe(join(folder, 'done', 'failed'));
    expect(settings.notes).toEqual([
      expect.stringContaining('FIELD_SEPERATOR is no setting'),
      expect.stringContaining('line 3'),
    ]);
  });
});

describe('a setting', () => {
  test('comes from a flag, else from the environment, else from the configuration file', async () => {
    const config = newFile(
      'config.sh',
      'ACTION_DEFAULT="ARCHIVE"\nFIELD_SEPARATOR="|"\nCOLUMN_NAMES="email"\n',
    );
    const env = { ...ENV, ACTION_DEFAULT: 'Create-Or-Update', COLUMN_NAMES: 'email,identifier' };
    const { options, columnNames } = await gather({ config, columns: 'identifier' }, env);
    expect(options).toMatchObject({ action: 'create-or-update', delimiter: '|' });
    expect(columnNames).toEqual(['identifier']);
    expect((await gather({ config, action: 'update' }, env)).options.action).toBe('update');
    expect((await gather({ config })).options.action).toBe('archive');
  });

  test('has a directory for what is done and what failed where none is named', async () => {
    expect(await gather()).toMatchObject({ from: '/in', done: '/in/done', failed: '/in/done/failed' });
    expect(await gather({ done: 'out', failed: '/bad' })).toMatchObject({
      done: '/work/out',
      failed: '/bad',
    });
  });

  test.each([
    [{ ACTION_DEFAULT: 'REPLACE' }, 'ACTION_DEFAULT is “REPLACE”'],
    [{ FIELD_SEPARATOR: '/' }, 'FIELD_SEPARATOR is “/”'],
    [{ COLUMN_NAMES: ' , ' }, 'names no column'],
    [{ DONE_DIRECTORY: '/in' }, 'is the directory that is watched'],
    [{ API_URL: 'muster' }, 'is no address'],
  ])('that can’t be is refused: %s', async (env, words) => {
    await expect(gather({}, { ...ENV, ...env })).rejects.toThrow(words);
  });

  test('that is missing is named', async () => {
    await expect(gatherSettings(undefined, FLAGS, { env: ENV, folder: '/work' })).rejects.toThrow(
      'IMPORT_DIRECTORY',
    );
    await expect(gather({}, { API_URL: 'https://muster.example' })).rejects.toThrow(
      'PERSISTENT_ACCESS_TOKEN is not',
    );
  });
});

test.each([
  ['CREATE_OR_UPDATE', 'create-or-update'],
  ['create', 'create'],
  ['Update', 'update'],
  ['ARCHIVE', 'archive'],
  ['restore', 'restore'],
  ['ANONYMIZE', 'anonymize'],
  ['DELETE', 'delete'],
  ['SYNC', 'sync'],
])('ACTION_DEFAULT %s is %s', async (word, action) => {
  expect((await gather({}, { ...ENV, ACTION_DEFAULT: word })).options.action).toBe(action);
});

test('a key goes to the address that stands beside it, never to another layer’s', async () => {
  const config = newFile(
    'config.sh',
    'API_URL="https://config.example"\nPERSISTENT_ACCESS_TOKEN="of-config"\n',
  );
  const connection = async (env: Record<string, string>, flags = {}) => (await gather(flags, env)).connection;
  expect(await connection({ MUSTER_URL: 'https://other.example' }, { config })).toEqual({
    url: 'https://config.example',
    apiKey: 'of-config',
  });
  const muster = { MUSTER_URL: 'https://other.example', MUSTER_API_KEY: 'of-muster' };
  expect(await connection({ ...muster, API_URL: 'https://foreign.example' }, { config })).toEqual({
    url: 'https://other.example',
    apiKey: 'of-muster',
  });
  expect(await connection({ PERSISTENT_ACCESS_TOKEN: 'own' }, { config })).toEqual({
    url: 'https://config.example',
    apiKey: 'own',
  });
});

test('what is used is shown, the key by its end alone', async () => {
  expect(shownSettings(await gather())).toMatchObject({
    IMPORT_DIRECTORY: '/in',
    API_URL: 'https://muster.example',
    PERSISTENT_ACCESS_TOKEN: '****ough',
  });
  const short = await gather({}, { ...ENV, PERSISTENT_ACCESS_TOKEN: 'short' });
  expect(shownSettings(short)['PERSISTENT_ACCESS_TOKEN']).toBe('****');
});

test('names of columns may stand in quotes, with commas in them', () => {
  expect(columnNamesIn('email, "Cam,pus" ,"say ""hi""",,identifier')).toEqual([
    'email',
    'Cam,pus',
    'say "hi"',
    '',
    'identifier',
  ]);
});
