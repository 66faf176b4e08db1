// Where the command line finds Muster.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findConnection } from '../../cli/connection.ts';
import { newFolder } from './muster.ts';

const LOCAL = { url: 'http://localhost:3000', apiKey: 'local-key', adminEmail: 'x' };

function folderWithMuster(at = '.muster', content = JSON.stringify(LOCAL)): string {
  const folder = newFolder();
  mkdirSync(join(folder, at), { recursive: true });
  writeFileSync(join(folder, at, 'local.json'), content);
  return folder;
}

test('takes the environment’s address and key before all else', () => {
  const env = { MUSTER_URL: 'https://muster.example.org/', MUSTER_API_KEY: 'k' };
  expect(findConnection(env, folderWithMuster())).toEqual({ url: 'https://muster.example.org', apiKey: 'k' });
});

test('finds a local Muster in this folder and from folders below it', () => {
  const folder = folderWithMuster();
  const below = join(folder, 'a', 'b');
  mkdirSync(below, { recursive: true });
  const found = { url: LOCAL.url, apiKey: LOCAL.apiKey };
  expect(findConnection({}, folder)).toEqual(found);
  expect(findConnection({}, below)).toEqual(found);
});

test('looks in MUSTER_DATA alone where it is set', () => {
  const folder = folderWithMuster('elsewhere');
  expect(findConnection({ MUSTER_DATA: 'elsewhere' }, folder).apiKey).toBe('local-key');
  expect(() => findConnection({ MUSTER_DATA: 'empty' }, folderWithMuster())).toThrow('No Muster found');
});

test('says how to get a Muster where there is none', () => {
  expect(() => findConnection({}, newFolder())).toThrow(
    'No Muster found. Start one with `npm start`, or set MUSTER_URL and MUSTER_API_KEY.',
  );
});

test('acts under another key at the local Muster', () => {
  expect(findConnection({ MUSTER_API_KEY: 'other' }, folderWithMuster())).toEqual({
    url: LOCAL.url,
    apiKey: 'other',
  });
});

test('never sends the local key to another address', () => {
  const folder = folderWithMuster();
  expect(findConnection({ MUSTER_URL: 'http://localhost:3000/' }, folder).apiKey).toBe('local-key');
  expect(() => findConnection({ MUSTER_URL: 'http://example.org' }, folder)).toThrow('MUSTER_API_KEY is not');
});

test.each(['{"url": "http', '[]', 'null', '{"url":"http://localhost:1"}'])(
  'names a broken local.json: %s',
  (text) => {
    expect(() => findConnection({}, folderWithMuster('.muster', text))).toThrow('local.json is not whole');
  },
);

test.each(['localhost:3000', 'ftp://x', 'nonsense'])('refuses %s as an address', (url) => {
  expect(() => findConnection({ MUSTER_URL: url, MUSTER_API_KEY: 'k' }, newFolder())).toThrow(
    'is no address',
  );
});
