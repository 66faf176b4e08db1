// `muster export`: files of what is there.
import { Argument, type Command, Option } from 'commander';
import { PERSON_STATUSES } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import { collect, siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { download } from '../download.ts';
import { complain } from '../output.ts';

type ExportFlags = {
  site: number;
  status?: string;
  filter?: string[];
  allColumns?: boolean;
  output?: string;
};

export function addTo(program: Command): void {
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
    .option(
      '--filter <filter>',
      'only people of whom field=value or field~text holds; repeatable: all must hold',
      collect,
    )
    .option('--all-columns', 'of people also display_name, org_unit and manager_email, at the end')
    .option('-o, --output <file>', 'write to a file instead of stdout')
    .action((what: string, { site, status, filter, allColumns, output }: ExportFlags) => {
      if (what === 'sites' && (status ?? filter ?? allColumns) !== undefined)
        throw new Refusal('invalid', 'Only people have a status and fields to filter by. Leave them out.');
      const columns = allColumns ? 'all' : undefined;
      const query = what === 'people' ? { site, status: status ?? 'active', filter, columns } : { site };
      return download(openClient(complain), { path: `/${what}.csv`, query }, output);
    });
}
