// Makes the first organisation and its admin, where Muster runs without `muster up`: on Docker, on a cluster.
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { newApiKey } from '../api/secrets.ts';
import { say } from '../cli/output.ts';
import { readConfig } from '../config.ts';
import { openDb } from '../db/client.ts';
import { migrate } from '../db/migrate.ts';
import { Refusal } from '../domain/refusal.ts';
import { EMPTY } from './demo.ts';
import { seed } from './seed.ts';

const USAGE = 'Usage: first-admin --email ADDRESS [--organisation NAME]';

/** Run again for the same address, it leaves the organisation as it is and gives a new password and a new key. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { email: { type: 'string' }, organisation: { type: 'string', default: EMPTY.root.name } },
  });
  if (!values.email) throw new Error(USAGE);
  const { database } = readConfig(process.env);
  const secrets = {
    apiKey: newApiKey(),
    adminPassword: randomBytes(12).toString('base64url'),
    organisation: 'empty' as const,
  };
  const root = { ...EMPTY.root, name: values.organisation };
  await migrate(database.url);
  const db = openDb(database.url, { poolMax: 1 });
  try {
    await seed(db, { ...EMPTY, root, admin: { ...EMPTY.admin, email: values.email } }, secrets);
  } finally {
    await db.close();
  }
  say(
    `Site ${root.id} is there, and ${values.email} may do everything on it.`,
    `  Password  ${secrets.adminPassword}`,
    `  API key   ${secrets.apiKey}`,
    'Keep both: they are shown this once.',
  );
}

main().catch((error: unknown) => {
  const isTaken = error instanceof Refusal && error.code === 'conflict';
  const words = isTaken ? 'This database has a first admin, under another address. Name that one.' : error;
  console.error(words instanceof Error ? words.message : words);
  process.exitCode = 1;
});
