// Muster from upload to completed, over its API as any client uses it.
import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Client, Connection } from '@temporalio/client';
import type { AskedOptions, BulkAction, UploadedFile } from '../api/wire.ts';
import type { Role } from '../api/wire-org.ts';
import type { NewPhotosRun } from '../api/wire-photos.ts';
import type { NewRolesRun } from '../api/wire-roles.ts';
import { bulkActionWorkflowId } from '../workflows/contract.ts';
import type { Measured } from './measure.ts';
import { SITE_ID, type Stack } from './stack.ts';

/** What is asked for beside the file: a preset and its options. */
export type Wish = { preset?: string; options?: AskedOptions };

export type Ran = Required<Measured> & {
  run: BulkAction;
  /** From the POST that starts the run to `completed`; `seconds` is from the first byte of the upload. */
  runSeconds: number;
};

const RUN_TIMEOUT_MS = 15 * 60_000;

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
export async function runByMuster(stack: Stack, csv: string, wish: Wish = {}): Promise<Ran> {
  return watchRun(stack, async () => {
    const file = await call<UploadedFile>(stack, 'POST', '/v1/files?name=roster.csv', csv, 'text/csv');
    const request = JSON.stringify({ site: SITE_ID, files: [file.id], ...wish });
    return { path: '/v1/bulk-actions', request };
  });
}

/** Makes a role that permits to read people, and gives its id. */
export async function makeRole(stack: Stack, name: string): Promise<number> {
  const request = JSON.stringify({ siteId: SITE_ID, name, permissions: ['people:read'] });
  return (await call<Role>(stack, 'POST', '/v1/roles', request)).id;
}

/** Gives and takes roles of a selection, and follows the events of that until it has completed. */
export const changeRolesByMuster = (
  stack: Stack,
  selection: NewRolesRun['selection'],
  options: NewRolesRun['options'],
): Promise<Ran> =>
  watchRun(stack, async () => ({
    path: '/v1/bulk-actions',
    request: JSON.stringify({ site: SITE_ID, kind: 'roles', selection, options } satisfies NewRolesRun),
  }));

/** Uploads a file as it is on the disk, and gives its id. */
export async function uploadByMuster(stack: Stack, path: string, name: string): Promise<string> {
  const content = await openAsBlob(path);
  const file = await call<UploadedFile>(
    stack,
    'POST',
    `/v1/files?name=${name}`,
    content,
    'application/octet-stream',
  );
  return file.id;
}

/** Makes the pictures of a zip the photos of the people whose identifiers are their names. */
export const addPhotosByMuster = (stack: Stack, fileId: string): Promise<Ran> =>
  watchRun(stack, async () => ({
    path: '/v1/bulk-actions',
    request: JSON.stringify({
      site: SITE_ID,
      kind: 'photos',
      files: [fileId],
      options: { match: 'identifier' },
    } satisfies NewPhotosRun),
  }));

/** Undoes a run and follows the events of that until it has completed. */
export const undoByMuster = (stack: Stack, runId: string): Promise<Ran> =>
  watchRun(stack, async () => ({ path: `/v1/bulk-actions/${runId}/undo`, request: '{}' }));

async function watchRun(
  stack: Stack,
  prepare: () => Promise<{ path: string; request: string }>,
): Promise<Ran> {
  const memory = watchMemory(stack.workerPid);
  const began = performance.now();
  const { path, request } = await prepare();
  const posted = performance.now();
  const { id } = await call<BulkAction>(stack, 'POST', path, request);
  await waitForEnd(stack, id);
  const ended = performance.now();
  const workerMb = memory.stop();
  const run = await call<BulkAction>(stack, 'GET', `/v1/bulk-actions/${id}`);
  if (run.state !== 'completed')
    throw new Error(`the run ended as ${run.state}: ${JSON.stringify(run.error)}`);
  const { total: _, ...outcomes } = run.counts;
  const [seconds, runSeconds] = [(ended - began) / 1000, (ended - posted) / 1000];
  return { run, outcomes, seconds, runSeconds, workerMb, steps: stepsOf(run) };
}

/** Where the time of a run went, by the moments that the run notes itself. */
function stepsOf(run: BulkAction): string {
  const moments = [run.createdAt, run.stagedAt, run.lockedAt, run.checkedAt, run.finishedAt].map((at) =>
    Date.parse(at ?? ''),
  );
  const names = ['staged', 'locked', 'checked', 'applied'];
  return names
    .map((name, place) => `${name} ${(moments[place + 1] ?? 0) - (moments[place] ?? 0)} ms`)
    .join(' · ');
}

async function waitForEnd({ url, apiKey }: Stack, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${apiKey}` };
  // A step that fails is tried again for days: nobody wants to wait for that.
  const signal = AbortSignal.timeout(RUN_TIMEOUT_MS);
  const reply = await fetch(`${url}/v1/bulk-actions/${id}/events`, { headers, signal });
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
  body?: string | Blob,
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
