// Brings a database to the present schema as the owner of its tables, for a Muster that runs under another role.
import { parseArgs } from 'node:util';
import { say } from '../cli/output.ts';
import { readConfig } from '../config.ts';
import { grantToAppRole } from '../db/app-role.ts';
import { migrate } from '../db/migrate.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'grant-to': { type: 'string' } } });
  const { database } = readConfig(process.env);
  const role = values['grant-to'];
  await migrate(database.url);
  if (role !== undefined) await grantToAppRole(database.url, role);
  say(role === undefined ? 'The schema is up to date.' : `The schema is up to date, and ${role} may use it.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
