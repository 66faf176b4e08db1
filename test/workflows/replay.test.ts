// Workflows that began under an older version go on under this one: saved histories of every kind replay.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { historyOf } from '../support/histories.ts';
import { recordHistories } from '../support/recorded-runs.ts';
import { useTemporal } from '../support/temporal.ts';
import { useWorker } from '../support/worker.ts';
import '../support/provided.ts';

const FOLDER = new URL('../histories/', import.meta.url);

type Saved = { events: { workflowExecutionStartedEventAttributes?: { workflowId: string } }[] };

const read = (name: string): Saved => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));

/** What stands in the way of going on with a history, or undefined. */
async function replay(saved: Saved): Promise<Error | undefined> {
  const workflowId = saved.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
  const options = { workflowBundle: { codePath: inject('workflowBundlePath') } };
  const replayed = Worker.runReplayHistories(options, [{ workflowId, history: historyOf(saved) }]);
  for await (const { error } of replayed) if (error) return error;
  return undefined;
}

if (process.env['RECORD_HISTORIES']) {
  const worker = useWorker(
    {
      CHUNK_ROWS: '20',
      SOURCE_DIRECTORIES: tmpdir(),
      WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8',
      CONSENT_MINUTES: '0.2',
      PAUSE_LOCK_MINUTES: '0.02',
    },
    useTemporal({ 'limit.historyCount.suggestContinueAsNew': '80' }),
  );
  test(
    'histories are recorded anew',
    () => recordHistories(worker, FOLDER, { onlyNew: process.env['RECORD_HISTORIES'] === 'new' }),
    300_000,
  );
} else {
  beforeAll(() => {
    // A history that does not fit is reported at length: one test wants that.
    Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  });

  describe('a workflow goes on after', () => {
    test.each(readdirSync(FOLDER))('%s', async (name) => {
      expect(await replay(read(name))).toBeUndefined();
    });
  });

  test('a history that the workflows can’t go on with is noticed', async () => {
    const text = JSON.stringify(read('large-run.json')).replaceAll('"applyBatch"', '"appliedOtherwise"');
    expect(await replay(JSON.parse(text))).toMatchObject({ name: 'DeterminismViolationError' });
  });

  test('histories are kept of all workflows and of all ends of a run', () => {
    const kept = readdirSync(FOLDER).map((name) => JSON.stringify(read(name)));
    for (const workflow of [
      'bulkAction',
      'cardholderMails',
      'editLocks',
      'followUp',
      'outgoingMail',
      'purge',
      'sourceSync',
      'sweep',
      'webhookDelivery',
    ])
      expect(
        kept.some((text) => text.includes(`"workflowType":{"name":"${workflow}"}`)),
        workflow,
      ).toBe(true);
    expect(kept.some((text) => text.includes('EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'))).toBe(true);
    expect(kept.some((text) => text.includes('EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED'))).toBe(true);
  });
}
