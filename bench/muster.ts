// Muster from upload to completed, over its API as any client uses it.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import type { BulkAction, UploadedFile } from '../api/wire.ts';
import { bulkActionWorkflowId } from '../workflows/contract.ts';
import { SITE_ID, type Stack } from './stack.ts';

export type Imported = {
  run: BulkAction;
  /** From the first byte of the upload to `completed`. */
  seconds: number;
  /** From the POST that starts the run to `completed`. */
  runSeconds: number;
  /** The worker's largest resident memory while the run was on, in MB. */
  workerMb: number;
};

/** Makes the fields that the roster has. */
export async function makeFields(stack: Stack): Promise<void> {
  for (const [name, type] of [
    ['programme', 'text'],
    ['entry_year', 'number'],
    ['remark', 'text'],
  ])
    await call(stack, 'POST', '/v1/field-definitions', JSON.stringify({ siteId: SITE_ID, name, type }));
}

/** Uploads the file, starts the run and follows its events until it has completed. */
export async function importByMuster(stack: Stack, csv: string): Promise<Imported> {
  const memory = watchMemory(stack.workerPid);
  const began = performance.now();
  const file = await call<UploadedFile>(stack, 'POST', '/v1/files?name=roster.csv', csv, 'text/csv');
  const posted = performance.now();
  const request = JSON.stringify({ site: SITE_ID, files: [file.id] });
  const { id } = await call<BulkAction>(stack, 'POST', '/v1/bulk-actions', request);
  await waitForEnd(stack, id);
  const ended = performance.now();
  const workerMb = memory.stop();
  const run = await call<BulkAction>(stack, 'GET', `/v1/bulk-actions/${id}`);
  if (run.state !== 'completed')
    throw new Error(`the run ended as ${run.state}: ${JSON.stringify(run.error)}`);
  return { run, seconds: (ended - began) / 1000, runSeconds: (ended - posted) / 1000, workerMb };
}

async function waitForEnd({ url, apiKey }: Stack, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const reply = await fetch(`${url}/v1/bulk-actions/${id}/events`, { headers });
  if (!reply.ok || !reply.body) throw new Error(`the events of run ${id}: ${reply.status}`);
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of reply.body) {
    text = text.slice(-20) + decoder.decode(piece, { stream: true });
    if (text.includes('event: end') || text.includes('event:end')) return;
  }
  throw new Error(`the events of run ${id} broke off`);
}

/** How many events the run's workflow has in its history. */
export async function countHistoryEvents(stack: Stack, runId: string): Promise<number> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const { historyLength } = await new Client({ connection }).workflow
      .getHandle(bulkActionWorkflowId(runId))
      .describe();
    return historyLength;
  } finally {
    await connection.close();
  }
}

async function call<Reply>(
  { url, apiKey }: Stack,
  method: string,
  path: string,
  body?: string,
  contentType = 'application/json',
): Promise<Reply> {
  const reply = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      'content-type': contentType,
      'idempotency-key': randomUUID(),
    },
    ...(body === undefined ? {} : { body }),
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Reply;
}

const SAMPLE_MS = 50;

function watchMemory(pid: number): { stop(): number } {
  let mostKb = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    mostKb = Math.max(mostKb, Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }, SAMPLE_MS);
  return {
    stop() {
      clearInterval(timer);
      return mostKb / 1024;
    },
  };
}
