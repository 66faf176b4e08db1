// The key that `muster up` keeps for secrets: made once, its owner's alone, and one that the settings take.
import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readConfig } from '../../config.ts';
import { type DataFolder, keepSecretsKeys } from '../../dev/data-folder.ts';
import { environmentOf } from '../../dev/parts.ts';
import { makeFolder } from './folder.ts';

test('is made at the first start and stays, is read by its owner alone, and is what worker and API are given', async () => {
  const folder = { path: await makeFolder() } as DataFolder;
  const file = await keepSecretsKeys(folder);
  const content = await readFile(file, 'utf8');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await keepSecretsKeys(folder)).toBe(file);
  expect(await readFile(file, 'utf8')).toBe(content);
  const addresses = {
    databaseUrl: 'postgres://localhost/muster',
    temporalAddress: 'localhost:7233',
    temporalUiUrl: null,
    smtpUrl: 'smtp://localhost:1025',
    filesUrl: 'file:///tmp/files',
  };
  const given = { url: 'http://localhost:3000', port: 3000, mailPath: null, secretsKeysFile: file };
  const { SECRETS_KEYS_FILE, ...rest } = environmentOf(addresses, given);
  expect(SECRETS_KEYS_FILE).toBe(file);
  const { DATABASE_URL = '', TEMPORAL_ADDRESS = '', SMTP_URL = '', MAIL_FROM = '', FILES_URL = '' } = rest;
  const env = { DATABASE_URL, TEMPORAL_ADDRESS, SMTP_URL, MAIL_FROM, FILES_URL, SECRETS_KEYS_FILE };
  expect(readConfig(env).secrets).toHaveLength(1);
});
