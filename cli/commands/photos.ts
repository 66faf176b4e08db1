// `muster photos`: uploads a zip of pictures, starts a run that makes them the photos of people, and stays with it.
import { type Command, Option } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import type { NewPhotosRun } from '../../api/wire-photos.ts';
import { siteNumber, wholeNumber } from '../arguments.ts';
import { type BeginFlags, beginAndFollow } from '../begun-run.ts';
import { newIdempotencyKey } from '../client.ts';
import { addLimitFlags, type LimitFlags, limitsOf } from '../import-options.ts';
import { sizeOfFile, uploadFile } from '../upload.ts';

type Flags = BeginFlags &
  LimitFlags & {
    site: number;
    match: string;
    existing?: 'overwrite' | 'keep';
    expect?: number;
    replaceLimits?: boolean;
  };

export function addTo(program: Command): void {
  const command = program
    .command('photos')
    .description('run a bulk action over a zip of pictures, each named after its person')
    .argument('<zip>', 'of JPEG and PNG files')
    .requiredOption('--site <number>', 'the site (Account ID) that the run belongs to', siteNumber)
    .requiredOption(
      '--match <field>',
      'the field whose value is the name of each file: identifier, email, username or a unique field',
    )
    .addOption(
      new Option(
        '--existing <mode>',
        'what becomes of a photo that somebody has; overwritten unless told',
      ).choices(['overwrite', 'keep']),
    )
    .option(
      '--expect <pictures>',
      'refuse a zip with any other number of pictures',
      wholeNumber(0, 1_000_000_000),
    );
  addLimitFlags(command)
    .option('--replace-limits', 'these limits stand in place of the site’s, looser ones too')
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (zip: string, flags: Flags) => {
      process.exitCode = await addPhotos(zip, flags);
    });
}

async function addPhotos(zip: string, flags: Flags): Promise<number> {
  await sizeOfFile(zip);
  return beginAndFollow(flags, async (client, progress, starting) => {
    const uploaded = await uploadFile(client, zip, (done, total) =>
      progress.show({ label: 'Uploading', done, total, unit: 'bytes' }),
    );
    starting();
    return client.post<BulkAction>('/bulk-actions', bodyOf(uploaded.id, flags), newIdempotencyKey());
  });
}

/** Only what was given, so that the API’s own defaults count. */
function bodyOf(fileId: string, flags: Flags): NewPhotosRun {
  const limits = limitsOf(flags);
  return {
    site: flags.site,
    kind: 'photos',
    files: [fileId],
    options: {
      match: flags.match,
      ...(flags.existing !== undefined && { existing: flags.existing }),
      ...(flags.expect !== undefined && { expect: flags.expect }),
      ...(limits !== undefined && { limits }),
      ...(flags.replaceLimits && { replacesLimits: true }),
    },
    ...(flags.dryRun && { dryRun: true }),
  };
}
