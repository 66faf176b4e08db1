// `muster import`: uploads files, starts a run, and stays with it to its end.
import type { Command } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import { type BeginFlags, beginAndFollow } from '../begun-run.ts';
import { type Client, newIdempotencyKey } from '../client.ts';
import { addImportOptions, type ImportFlags, wireOptions } from '../import-options.ts';
import type { Progress } from '../progress.ts';
import { sizeOfFile, uploadFile } from '../upload.ts';

type Flags = ImportFlags & BeginFlags;

export function addTo(program: Command): void {
  const command = program
    .command('import')
    .description('run a bulk action over the rows of a file')
    .argument('<file...>', 'CSV or XLSX; several where the preset has several templates');
  addImportOptions(command)
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (files: string[], flags: Flags) => {
      process.exitCode = await importFiles(files, flags);
    });
}

async function importFiles(files: string[], flags: Flags): Promise<number> {
  const options = wireOptions(flags);
  for (const file of files) await sizeOfFile(file);
  return beginAndFollow(flags, async (client, progress, starting) => {
    const fileIds = await upload(client, files, progress);
    starting();
    const body = {
      site: flags.site,
      ...(flags.preset !== undefined && { preset: flags.preset }),
      files: fileIds,
      options,
      ...(flags.dryRun && { dryRun: true }),
    };
    return client.post<BulkAction>('/bulk-actions', body, newIdempotencyKey());
  });
}

async function upload(client: Client, files: string[], progress: Progress): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, file] of files.entries()) {
    const label = files.length === 1 ? 'Uploading' : `Uploading file ${index + 1} of ${files.length}`;
    const uploaded = await uploadFile(client, file, (done, total) =>
      progress.show({ label, done, total, unit: 'bytes' }),
    );
    ids.push(uploaded.id);
  }
  return ids;
}
