// `muster template` and `export`: files to begin with, and files of what is there.
import { Argument, type Command, Option } from 'commander';
import { PERSON_STATUSES } from '../../domain/person.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { download } from '../download.ts';
import { complain } from '../output.ts';

const INTO = '-o, --output <file>';
const INTO_WORDS = 'write to a file instead of stdout';

type ExportFlags = { site: number; status?: string; output?: string };

export function addTo(program: Command): void {
  program
    .command('template')
    .description('download an empty file with the columns of a preset')
    .argument('<preset>', 'people, and what else the API offers')
    .option('--site <number>', 'with the fields of this site too', siteNumber)
    .option(INTO, INTO_WORDS)
    .action((preset: string, { site, output }: { site?: number; output?: string }) => {
      const path = `/presets/${encodeURIComponent(preset)}/template.csv`;
      return download(openClient(complain), { path, query: { site } }, output);
    });
  program
    .command('export')
    .description('download people or sites as CSV; edited, it can be imported again')
    .addArgument(new Argument('<what>').choices(['people', 'sites']))
    .requiredOption('--site <number>', 'the site; those below it are included', siteNumber)
    .addOption(
      new Option('--status <status>', 'which people; active unless told').choices([
        ...PERSON_STATUSES.filter((status) => status !== 'anonymized'),
        'all',
      ]),
    )
    .option(INTO, INTO_WORDS)
    .action((what: string, { site, status, output }: ExportFlags) => {
      const query = what === 'people' ? { site, status: status ?? 'active' } : { site };
      return download(openClient(complain), { path: `/${what}.csv`, query }, output);
    });
}
