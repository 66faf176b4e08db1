// `muster confirm`, `approve`, `pause`, `resume` and `cancel`: what people say to a bulk action that is on.
import type { Command } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import { wholeNumber } from '../arguments.ts';
import { type Client, jsonOf, newIdempotencyKey, openClient } from '../client.ts';
import { EXIT, exitCodeOf, runObject } from '../exit.ts';
import { followRun, getRun, runPath } from '../follow.ts';
import { complain, printJson, say } from '../output.ts';
import { openProgress } from '../progress.ts';
import { stepOf, summaryLines } from '../summary.ts';

type AnswerFlags = { round?: number; wait: boolean; json?: boolean };

/** A run that was asked to stop stops within seconds; longer than this nobody waits for the word that it has. */
const CANCEL_WAIT_MS = 15_000;

export function addTo(program: Command): void {
  for (const [name, description] of [
    ['confirm', 'let a bulk action do what it has planned, and stay with it to its end'],
    ['approve', 'approve the plan of somebody else’s bulk action, and stay with it to its end'],
  ] as const)
    program
      .command(name)
      .description(description)
      .argument('<id>')
      .option(
        '--round <n>',
        'answer this round of asking alone, and no plan made since',
        wholeNumber(1, 1_000_000),
      )
      .option('--no-wait', 'leave it to itself')
      .option('--json', 'print one object')
      .action(async (id: string, flags: AnswerFlags) => {
        process.exitCode = await answer(id, name, flags);
      });
  program
    .command('pause')
    .description('hold a bulk action at the next chunk')
    .argument('<id>')
    .option('--json', 'print one object')
    .action(pauseRun);
  program
    .command('resume')
    .description('let a paused bulk action go on')
    .argument('<id>')
    .option('--json', 'print one object')
    .action(resumeRun);
  program
    .command('cancel')
    .description('stop a bulk action at the next chunk; what is applied stays')
    .argument('<id>')
    .option('--json', 'print one object')
    .action(cancelRun);
}

const post = (client: Client, id: string, verb: string, round?: number): Promise<BulkAction> =>
  client.call<BulkAction>(
    {
      method: 'POST',
      path: runPath(id, `/${verb}`),
      headers: {
        'idempotency-key': newIdempotencyKey(),
        ...(round !== undefined && { 'content-type': 'application/json' }),
      },
      ...(round !== undefined && { body: () => JSON.stringify({ round }) }),
      isRepeatable: verb === 'cancel',
    },
    jsonOf,
  );

async function answer(
  id: string,
  verb: 'confirm' | 'approve',
  { round, wait, json }: AnswerFlags,
): Promise<number> {
  const isJson = json ?? false;
  const progress = await openProgress({ isJson });
  try {
    const client = openClient(progress.note);
    const answered = await post(client, id, verb, round);
    const run = wait
      ? await followRun(client, id, (now) => {
          if (!now.finishedAt) progress.show(stepOf(now));
        })
      : answered;
    progress.end();
    if (isJson) printJson(runObject(run));
    else say(...summaryLines(run));
    return wait ? exitCodeOf(run, false) : EXIT.done;
  } finally {
    progress.end();
  }
}

async function pauseRun(id: string, { json }: { json?: boolean }): Promise<void> {
  const run = await post(openClient(complain), id, 'pause');
  if (json) return printJson(runObject(run));
  say(`Run ${run.id} is paused: nothing of it is written now. Let it go on: muster resume ${run.id}`);
}

async function resumeRun(id: string, { json }: { json?: boolean }): Promise<void> {
  const run = await post(openClient(complain), id, 'resume');
  if (json) return printJson(runObject(run));
  say(`Run ${run.id} goes on. Look again: muster run ${run.id}`);
}

async function cancelRun(id: string, { json }: { json?: boolean }): Promise<void> {
  const client = openClient(complain);
  await post(client, id, 'cancel');
  const run = await ended(client, id);
  if (json) return printJson(runObject(run));
  if (run.finishedAt) say(...summaryLines(run));
  else say(`Run ${run.id} stops at the next chunk’s edge. Look again: muster run ${run.id}`);
}

/** The run once it has ended, or as it is when that takes too long. */
async function ended(client: Client, id: string): Promise<BulkAction> {
  const until = Date.now() + CANCEL_WAIT_MS;
  for (;;) {
    const run = await getRun(client, id);
    if (run.finishedAt || Date.now() > until) return run;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
