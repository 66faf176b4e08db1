// The whole product for the bench, started as its users start it, and the state that each measurement begins with.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { freePort } from '../dev/ports.ts';

export type Stack = {
  url: string;
  apiKey: string;
  databaseUrl: string;
  temporalAddress: string;
  workerPid: number;
  stop(): Promise<void>;
};

export const SITE_ID = 1000;
const START_TIMEOUT_MS = 10 * 60_000;

/** `muster up --empty` on a folder of its own, durable as it is for everybody. */
export async function startStack(): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
  const port = await freePort(3900);
  const up = spawn(process.execPath, [program, 'up', '--empty', '--data', folder, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const local = await waitForLocal(join(folder, 'local.json'), up);
  const stop = async () => {
    const ended = new Promise((resolve) => up.once('exit', resolve));
    up.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { ...local, workerPid: local.pids['worker'] ?? 0, stop };
}

type Local = {
  url: string;
  apiKey: string;
  databaseUrl: string;
  temporalAddress: string;
  pids: Record<string, number>;
};

async function waitForLocal(path: string, up: ChildProcess): Promise<Local> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (up.exitCode !== null || Date.now() > deadline) throw new Error('muster up did not come up');
    const local = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as Local) : undefined;
    if (local?.pids['worker'] && (await fetch(`${local.url}/readyz`).catch(() => undefined))?.ok)
      return local;
    await sleep(200);
  }
}

/** An organisation's tables as every measurement finds them: `people` people, no runs, fresh statistics. */
export async function resetPeople(databaseUrl: string, people: number): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(RESET);
    await sql.unsafe(`
      insert into person (site_id, root_id, identifier, email, email_key, first_name, last_name, fields)
      select ${SITE_ID}, ${SITE_ID}, 'S' || ((n::bigint * 7919) % 10000019), 'Person.' || n || '@Example.org',
        'person.' || n || '@example.org', 'First' || n % 1000, 'Last' || n % 5000,
        jsonb_build_object('programme', 'BSc ' || n % 40, 'entry_year', 2000 + n % 26, 'remark', 'Remark of ' || n)
      from generate_series(1, ${people}) as n`);
    await sql.unsafe('vacuum (analyze) person');
    await sql.unsafe('checkpoint');
  } finally {
    await sql.end();
  }
}

// The admin and what hangs on the admin stay; everything else goes with its pages, so that no round finds bloat.
const RESET = `
  create temporary table kept_person as select * from person where identifier = 'admin';
  create temporary table kept_credential as select * from credential;
  create temporary table kept_api_key as select * from api_key;
  create temporary table kept_assignment as select * from role_assignment;
  truncate person, person_history, person_unique_value, bulk_action, bulk_row, bulk_plan, bulk_tally,
    outgoing_mail, upload cascade;
  insert into person select * from kept_person;
  insert into credential select * from kept_credential;
  insert into api_key overriding system value select * from kept_api_key;
  insert into role_assignment select * from kept_assignment;
  drop table kept_person, kept_credential, kept_api_key, kept_assignment`;
