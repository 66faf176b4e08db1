// All that a Temporal server tells of its workflows: each history, its payloads as bytes, unpacked where they are packed.
import { Client, Connection } from '@temporalio/client';
import { unpacked } from './markers.ts';

/** The workflows by id, each with everything that its history, memo and search attributes hold. */
export async function everyHistory(address: string, namespace = 'default'): Promise<Map<string, Buffer>> {
  const connection = await Connection.connect({ address });
  try {
    const client = new Client({ connection, namespace });
    const told = new Map<string, Buffer>();
    for await (const execution of client.workflow.list()) {
      const { workflowId, runId } = execution;
      const handle = client.workflow.getHandle(workflowId, runId);
      const [history, description] = [await handle.fetchHistory(), await handle.describe()];
      const parts = [...bytesIn(history), ...bytesIn(description.raw)].flatMap(unpacked);
      const words = [
        JSON.stringify(history),
        JSON.stringify(description.raw),
        JSON.stringify(execution.memo ?? {}),
      ];
      told.set(`${workflowId} ${runId}`, Buffer.concat([...parts, Buffer.from(words.join('\n'))]));
    }
    return told;
  } finally {
    await connection.close();
  }
}

/** Every piece of bytes in it, however deep: payloads are such. */
function bytesIn(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(bytesIn);
}
