// Workbooks (XLSX): the first sheet as records, within limits.
import { Refusal } from '../domain/refusal.ts';
import type { RecordStream } from './csv/text-records.ts';

export async function readWorkbookRecords(_bytes: AsyncIterable<Uint8Array>): Promise<RecordStream> {
  throw new Refusal('unreadable-file', 'Workbooks are not read yet.');
}
