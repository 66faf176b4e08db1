// `muster site`: the sites, and new ones.
import type { Command } from 'commander';
import type { Site } from '../../api/wire.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type AddFlags = { parent: number; id?: number; json?: boolean };

export function addTo(program: Command): void {
  const site = program.command('site').description('sites: list them, add one');
  site
    .command('add')
    .description('add a site below another')
    .argument('<name>')
    .requiredOption('--parent <number>', 'the site above it', siteNumber)
    .option('--id <number>', 'its Account ID; the next free number unless given', siteNumber)
    .option('--json', 'print the site as one object')
    .action(addSite);
  site
    .command('list')
    .description('list the sites you see')
    .option('--json', 'print one array')
    .action(listSites);
}

async function addSite(name: string, { parent, id, json }: AddFlags): Promise<void> {
  const body = { name, parentId: parent, ...(id !== undefined && { id }) };
  const site = await openClient(complain).post<Site>('/sites', body);
  if (json) printJson(site);
  else say(`Site ${site.id}, ${site.name}, is below site ${site.parentId}.`);
}

async function listSites({ json }: { json?: boolean }): Promise<void> {
  const sites = await openClient(complain).list<Site>('/sites');
  if (json) return printJson(sites);
  const rows = sites.map((site) => [
    String(site.id),
    site.name,
    site.parentId === null ? '' : String(site.parentId),
  ]);
  say(...tableLines(['Account ID', 'Name', 'Parent'], rows));
}
