// `muster preview`: what a file's columns and first rows would become under these settings.
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Preview } from '../../api/wire-previews.ts';
import { wholeNumber } from '../arguments.ts';
import { newIdempotencyKey, openClient } from '../client.ts';
import { EXIT } from '../exit.ts';
import { addImportOptions, type ImportFlags, wireOptions } from '../import-options.ts';
import { printJson, say } from '../output.ts';
import { openProgress } from '../progress.ts';
import { tableLines } from '../text.ts';
import { uploadFile } from '../upload.ts';

type Flags = ImportFlags & { rows?: number; json?: boolean };

export function addTo(program: Command): void {
  const command = program
    .command('preview')
    .description('show how a file would be read, without starting anything')
    .argument('<file>', 'CSV or XLSX');
  addImportOptions(command)
    .option('--rows <number>', 'how many rows to show', wholeNumber(1, 200))
    .option('--json', 'print the preview as one object')
    .action(async (file: string, flags: Flags) => {
      process.exitCode = await preview(file, flags);
    });
}

async function preview(path: string, flags: Flags): Promise<number> {
  const options = wireOptions(flags);
  const progress = await openProgress({ isJson: flags.json ?? false });
  const client = openClient(progress.note);
  const file = await uploadFile(client, path, (done, total) =>
    progress.show({ label: 'Uploading', done, total, unit: 'bytes' }),
  ).finally(progress.end);
  const body = {
    site: flags.site,
    ...(flags.preset !== undefined && { preset: flags.preset }),
    options,
    ...(flags.rows && { rows: flags.rows }),
  };
  const address = `/files/${encodeURIComponent(file.id)}/preview`;
  // It changes nothing, so it may be asked twice.
  const shown = await client.post<Preview>(address, body, newIdempotencyKey());
  if (flags.json) printJson(shown);
  else say(...previewLines(basename(path), shown));
  return shown.faults.length > 0 ? EXIT.stopped : EXIT.done;
}

function previewLines(name: string, { format, columns, fields, rows, faults }: Preview): string[] {
  const encoding = [format?.kind.toUpperCase(), format?.encoding, delimiterWord(format?.delimiter)];
  const missing = fields.filter((field) => field.isRequired && field.column === null);
  const columnTable = columns.map((column) => [
    String(column.position),
    column.header,
    column.field ?? '(left out)',
    column.samples.slice(0, 3).join(' · '),
  ]);
  const lines = [`${name}: ${encoding.filter(Boolean).join(', ')}`, ''];
  lines.push(...tableLines(['Column', 'Header', 'Becomes', 'For example'], columnTable), '');
  for (const { row, values, reasons } of rows) {
    const cells = Object.entries(values).map(([field, value]) => `${field}=${value ?? '(cleared)'}`);
    lines.push(`row ${row}: ${cells.join('  ')}`, ...reasons.map((reason) => `  ! ${reason.hint}`));
  }
  if (missing.length > 0) lines.push('', `No column for: ${missing.map((field) => field.name).join(', ')}`);
  if (faults.length > 0)
    lines.push('', 'A run would stop at once:', ...faults.map((fault) => `  ${fault.message}`));
  return lines;
}

function delimiterWord(delimiter: string | null | undefined): string | undefined {
  const words: Record<string, string> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };
  return delimiter ? `separated by ${words[delimiter] ?? delimiter}` : undefined;
}
