// Histories of workflows as plain JSON: to look through, to keep in the repository, and to replay.
import { createRequire } from 'node:module';
import type { WorkflowHandle } from '@temporalio/client';
import type { ReplayHistoriesIterable } from '@temporalio/worker';

type ReplayedHistory =
  Extract<ReplayHistoriesIterable, Iterable<unknown>> extends Iterable<infer One> ? One : never;
type History = ReplayedHistory['history'];

// The SDK's own converters compare classes of two copies of protobufjs and refuse; the worker's copy of the types
// reads and writes the same JSON but for the form of times.
const ofWorker = createRequire(createRequire(import.meta.url).resolve('@temporalio/worker'));
const { History: HISTORY } = ofWorker('@temporalio/proto').temporal.api.history.v1 as {
  History: { fromObject(json: object): History };
};

/** The history of a workflow as JSON: payloads are in base64. */
export async function readHistory(handle: Pick<WorkflowHandle, 'fetchHistory'>): Promise<object> {
  return JSON.parse(JSON.stringify(await handle.fetchHistory()));
}

/** The same without what tells of the machine on which it was made. */
export const withoutTraces = (history: object): object =>
  JSON.parse(
    JSON.stringify(history, (key, value) => (key === 'identity' || key === 'stackTrace' ? undefined : value)),
  );

export const historyOf = (json: object): History => HISTORY.fromObject(json);
