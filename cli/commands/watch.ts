// `muster watch`: uploads what arrives in a directory, for those who run no server near the files.
import type { Command } from 'commander';
import { collect, siteNumber, wholeNumber } from '../arguments.ts';
import { EXIT } from '../exit.ts';
import { addOptionFlags } from '../import-options.ts';
import { openReport } from '../watch/report.ts';
import { gatherSettings, type WatchFlags } from '../watch/settings.ts';
import { Stopped } from '../watch/stopping.ts';
import { watch } from '../watch/watch.ts';

const DAY_S = 86_400;

export function addTo(program: Command): void {
  const command = program
    .command('watch')
    .description('upload and run what arrives in a directory; Ctrl-C stops it')
    .argument('[dir]', 'else IMPORT_DIRECTORY of the environment or of --config')
    .option(
      '--config <file>',
      'assignments such as IMPORT_DIRECTORY="…", in the form of a shell; it is read, not run',
    )
    .option('--done <dir>', 'where accepted files go; else DONE_DIRECTORY, else DIR/done')
    .option('--failed <dir>', 'where refused files go; else “failed” in the directory of what is done')
    .option(
      '--site <number>',
      'the site (Account ID); else the one at which the key may begin runs',
      siteNumber,
    )
    .option('--preset <name>', 'the kind of files: see `muster preset list`; people unless told')
    .option('--columns <names>', 'the columns of files without a header, in order; else COLUMN_NAMES')
    .option('--separator <character>', 'between cells; else FIELD_SEPARATOR, else found by itself')
    .option('--pattern <glob>', 'which files; repeatable; *.csv unless told', collect)
    .option(
      '--rest <seconds>',
      'how long a file must be unchanged before it is taken',
      wholeNumber(0, DAY_S),
      5,
    )
    .option('--interval <seconds>', 'between looks', wholeNumber(1, DAY_S), 10)
    .option('--once', 'take what is there and end')
    .option('--no-wait', 'leave runs to themselves: no results are written')
    .option('--json', 'print a line of JSON for each thing that happens');
  addOptionFlags(command).action(async (directory: string | undefined, flags: WatchFlags) => {
    process.exitCode = await run(directory, flags);
  });
}

async function run(directory: string | undefined, flags: WatchFlags): Promise<number> {
  const settings = await gatherSettings(directory, flags, { env: process.env, folder: process.cwd() });
  const stop = new AbortController();
  let code = 0;
  const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
    code = signal === 'SIGINT' ? EXIT.interrupted : 143;
    stop.abort();
  };
  // They stay for good: a download in progress sends the signal once more when it has cleaned up.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const report = openReport(flags.json ?? false);
  try {
    const ended = await watch({ settings, report, stop: stop.signal });
    if (!stop.signal.aborted) return ended;
    report({ event: 'note', message: 'Stopped.' });
    process.exit(settings.isOnce ? code : ended);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    report({ event: 'note', message: 'Stopped. What was begun is gone on with the next time.' });
    process.exit(code);
  }
}
