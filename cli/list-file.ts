// Files of org units or roles: sent whole, and told what came of their rows.
import { readFile } from 'node:fs/promises';
import type { Imported } from '../api/wire-org.ts';
import { counted } from '../domain/words.ts';
import { type Client, jsonOf } from './client.ts';
import { EXIT } from './exit.ts';
import { printJson, say } from './output.ts';
import { formatCount, tableLines } from './text.ts';
import { sizeOfFile } from './upload.ts';

/** Ends with the exit code of an import: 2 where rows were refused. */
export async function importListFile(
  client: Client,
  file: string,
  { path, site, isJson }: { path: string; site: number; isJson: boolean },
): Promise<void> {
  await sizeOfFile(file);
  const bytes = await readFile(file);
  const imported = await client.call(
    {
      method: 'POST',
      path,
      query: { site },
      headers: { 'content-type': 'application/octet-stream' },
      body: () => bytes,
      // What is there already is unchanged: a second time does no harm.
      isRepeatable: true,
    },
    (response) => jsonOf<Imported>(response),
  );
  if (isJson) printJson(imported);
  else say(...linesOf(imported));
  process.exitCode = imported.rejected > 0 ? EXIT.someFailed : EXIT.done;
}

function linesOf({ created, unchanged, rejected, rows }: Imported): string[] {
  const counts = `${formatCount(created)} created, ${formatCount(unchanged)} unchanged, ${counted(rejected, 'row')} rejected.`;
  if (rows.length === 0) return [counts];
  return [
    counts,
    ...tableLines(
      ['Row', 'Code', 'What to do'],
      rows.map(({ row, code, hint }) => [String(row), code, hint]),
    ),
  ];
}
