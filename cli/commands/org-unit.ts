// `muster org-unit`: the departments and teams of a site.
import type { Command } from 'commander';
import type { OrgUnit } from '../../api/wire-org.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteNumber } from '../arguments.ts';
import { type Client, openClient } from '../client.ts';
import { importListFile } from '../list-file.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type Flags = { site: number; json?: boolean };

const UNIT_WORDS = 'its name, or its id';

export function addTo(program: Command): void {
  const unit = program
    .command('org-unit')
    .description('org units: list them, add, import, rename, move, remove');
  const onSite = (command: Command): Command =>
    command.requiredOption('--site <number>', 'the site', siteNumber).option('--json', 'print one object');
  onSite(unit.command('add').description('add an org unit to a site').argument('<name>'))
    .option('--parent <unit>', 'the org unit above it, by name or id')
    .action(addUnit);
  unit
    .command('list')
    .description('list the org units you see')
    .option('--site <number>', 'of this site and those below it', siteNumber)
    .option('--json', 'print one array')
    .action(listUnits);
  onSite(
    unit
      .command('import')
      .description('add the org units of a file with the columns name and parent; nothing is moved')
      .argument('<file>', 'CSV or XLSX'),
  ).action((file: string, { site, json }: Flags) =>
    importListFile(openClient(complain), file, { path: '/org-units/import', site, isJson: json ?? false }),
  );
  onSite(
    unit
      .command('rename')
      .description('give an org unit another name')
      .argument('<unit>', UNIT_WORDS)
      .argument('<name>'),
  ).action((text: string, name: string, flags: Flags) => changeUnit(text, flags, async () => ({ name })));
  onSite(unit.command('move').description('put an org unit below another one').argument('<unit>', UNIT_WORDS))
    .option('--parent <unit>', 'the org unit above it, by name or id; at the top unless given')
    .action((text: string, flags: Flags & { parent?: string }) =>
      changeUnit(text, flags, async (client) => ({ parentId: await idOf(client, flags.site, flags.parent) })),
    );
  onSite(
    unit.command('remove').description('remove an org unit that nobody is in').argument('<unit>', UNIT_WORDS),
  ).action(removeUnit);
}

async function addUnit(name: string, { site, parent, json }: Flags & { parent?: string }): Promise<void> {
  const client = openClient(complain);
  const parentId = await idOf(client, site, parent);
  tell(await client.post<OrgUnit>('/org-units', { siteId: site, name, parentId }), json);
}

async function listUnits({ site, json }: Partial<Flags>): Promise<void> {
  const units = await openClient(complain).list<OrgUnit>('/org-units', { site, people: 'true' });
  if (json) return printJson(units);
  if (units.length === 0) return say('There are no org units yet.');
  const names = new Map(units.map(({ id, name }) => [id, name]));
  const rows = units.map((unit) => [
    String(unit.id),
    unit.name,
    unit.parentId === null ? '' : (names.get(unit.parentId) ?? String(unit.parentId)),
    unit.isLeaf ? 'team' : '',
    String(unit.people ?? ''),
    String(unit.siteId),
  ]);
  say(...tableLines(['Id', 'Name', 'Parent', 'Leaf', 'People', 'Site'], rows));
}

async function changeUnit(
  text: string,
  { site, json }: Flags,
  changeOf: (client: Client) => Promise<object>,
): Promise<void> {
  const client = openClient(complain);
  const id = await idOf(client, site, text);
  tell(await client.patch<OrgUnit>(`/org-units/${id}`, await changeOf(client)), json);
}

async function removeUnit(text: string, { site, json }: Flags): Promise<void> {
  const client = openClient(complain);
  const id = await idOf(client, site, text);
  await client.remove(`/org-units/${id}`);
  if (json) printJson({ id, isRemoved: true });
  else say(`Org unit ${id} is removed.`);
}

/** The id of a site's org unit by its exact name, else by its id; null where none is named. */
async function idOf(client: Client, site: number, text: string | undefined): Promise<number | null> {
  if (text === undefined) return null;
  const units = (await client.list<OrgUnit>('/org-units', { site })).filter(({ siteId }) => siteId === site);
  const found = units.find(({ name }) => name === text) ?? units.find(({ id }) => String(id) === text);
  if (!found)
    throw new Refusal(
      'missing',
      `Site ${site} has no org unit ${text}. See: muster org-unit list --site ${site}`,
    );
  return found.id;
}

function tell(unit: OrgUnit, isJson: boolean | undefined): void {
  const place = unit.parentId === null ? 'at the top' : `below org unit ${unit.parentId}`;
  if (isJson) printJson(unit);
  else say(`Site ${unit.siteId} has the org unit ${unit.name} (${unit.id}), ${place}.`);
}
