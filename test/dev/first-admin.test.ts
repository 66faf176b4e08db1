// The first admin of a database without `muster up`: made once, and given a new key when asked again.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { hashOf } from '../../api/secrets.ts';
import { findAdminByKey } from '../../db/queries/api-keys.ts';
import { PERMISSIONS } from '../../domain/rights.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase();
const ROOT = new URL('../..', import.meta.url).pathname;

async function firstAdmin(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env['PATH'],
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: 'localhost:7233',
    SMTP_URL: 'smtp://localhost:1025',
    MAIL_FROM: 'muster@example.org',
    FILES_URL: 'file:///tmp/files',
  };
  const program = ['--import', 'tsx', 'dev/first-admin.ts', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, program, { cwd: ROOT, env });
  return stdout;
}

const adminOf = (output: string) => findAdminByKey(database.db, hashOf(/mk_\S+/.exec(output)?.[0] ?? ''));

test('gets an organisation, a password and a key; asked again, a new key for the same admin', async () => {
  const once = await firstAdmin('--email', 'ada@example.org', '--organisation', 'Northfield');
  const again = await firstAdmin('--email', 'ada@example.org');
  const [first, second] = [await adminOf(once), await adminOf(again)];
  expect(first?.grants).toEqual([expect.objectContaining({ siteId: 1000 })]);
  expect(second?.personId).toBe(first?.personId);

  await expect(firstAdmin('--email', 'eve@example.org')).rejects.toThrow('under another address');
  await expect(firstAdmin()).rejects.toThrow('Usage: first-admin');
});

test('of an older version learns what this one can do', async () => {
  await firstAdmin('--email', 'ada@example.org');
  await database.db.execute(sql`update role set permissions = '{sites:read,people:read}'`);
  const admin = await adminOf(await firstAdmin('--email', 'ada@example.org'));
  expect(new Set(admin?.grants[0]?.permissions)).toEqual(new Set(PERMISSIONS));
});
