// Imports a file with one Temporal activity per row, each a statement of its own: what batches are measured against.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import postgres from 'postgres';
import { SITE_ID, type Stack } from './stack.ts';

const TASK_QUEUE = 'bench-per-row';

type Cells = readonly string[];

export const perRowActivities = (sql: postgres.Sql, lines: readonly Cells[]) => ({
  /** Screens a row, writes its person, its history and its outcome. */
  async applyRow(index: number): Promise<void> {
    const [identifier, email, , firstName, lastName, programme, year, remark] = lines[index] as string[];
    const fields = JSON.stringify({ programme, entry_year: Number(year), remark });
    const isBad = !/^[^@\s]+@[^@\s]+$/.test(email ?? '');
    if (isBad) {
      await sql`insert into bulk_plan (bulk_action_id, row_number, outcome) values ('per-row', ${index}, 'rejected')`;
      return;
    }
    await sql`
      with done as (
        insert into person as p (site_id, root_id, identifier, email, email_key, first_name, last_name, fields)
        values (${SITE_ID}, ${SITE_ID}, ${identifier ?? ''}, ${email ?? ''}, ${(email ?? '').toLowerCase()},
          ${firstName ?? ''}, ${lastName ?? ''}, ${fields}::text::jsonb)
        on conflict (site_id, identifier) do update set
          first_name = excluded.first_name, last_name = excluded.last_name, fields = p.fields || excluded.fields,
          version = p.version + 1, updated_at = now()
        returning id, version, first_name
      ), history as (
        insert into person_history (person_id, version, bulk_action_id, row_number, what, after)
        select id, version, 'per-row', ${index}, 'updated', jsonb_build_object('first_name', first_name) from done
      )
      insert into bulk_plan (bulk_action_id, row_number, person_id, outcome)
      select 'per-row', ${index}, id, 'updated' from done`;
  },
});

/** Imports the file's text. `inFlight`: activities at once. Gives the seconds that it took. */
export async function importPerRow(stack: Stack, csv: string, inFlight: number): Promise<number> {
  installRuntime();
  const lines = csv
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(','));
  const sql = postgres(stack.databaseUrl, { max: 10 });
  const connection = await NativeConnection.connect({ address: stack.temporalAddress });
  const plain = await Connection.connect({ address: stack.temporalAddress });
  try {
    const worker = await Worker.create({
      connection,
      taskQueue: TASK_QUEUE,
      workflowsPath: fileURLToPath(new URL('./per-row-workflow.ts', import.meta.url)),
      activities: perRowActivities(sql, lines),
    });
    return await worker.runUntil(async () => {
      const began = performance.now();
      const options = {
        taskQueue: TASK_QUEUE,
        workflowId: `per-row-${Date.now()}`,
        args: [{ rows: lines.length, inFlight }],
      };
      await new Client({ connection: plain }).workflow.execute('importPerRow', options);
      return (performance.now() - began) / 1000;
    });
  } finally {
    await sql.end();
    await connection.close();
    await plain.close();
  }
}

let isInstalled = false;

function installRuntime(): void {
  if (!isInstalled) Runtime.install({ logger: new DefaultLogger('WARN') });
  isInstalled = true;
}
