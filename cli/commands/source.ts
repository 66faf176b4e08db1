// `muster source`: places that files are taken from by themselves, set up and tried.
import type { Command } from 'commander';
import type { NewSourceTestAsked, SourceTest } from '../../api/wire-source-tests.ts';
import type { Source, SourcePatchAsked } from '../../api/wire-sources.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { MUSTER } from '../command-name.ts';
import { EXIT } from '../exit.ts';
import { complain, printJson, say } from '../output.ts';
import { newBody, patchOf } from '../sources/body.ts';
import { sourceCommand } from '../sources/command.ts';
import { addSourceFlags, type SourceFlags } from '../sources/flags.ts';
import { sourceLines, sourceTable, testLines } from '../sources/lines.ts';
import { sourcePath } from '../sources/sync.ts';

type Flags = { json?: boolean };
type AddFlags = Flags & SourceFlags & { site?: number; dryRun?: boolean };
type EditFlags = Flags & SourceFlags & { name?: string };

export function addTo(program: Command): void {
  const source = sourceCommand(program);
  const add = source
    .command('add')
    .description('have files taken from somewhere by themselves')
    .argument('<name>', 'what it is called')
    .option('--site <number>', 'the site (Account ID) that its runs belong to', siteNumber)
    .option('--dry-run', 'try the way there and show what is seen; nothing is saved');
  withJson(addSourceFlags(add)).action(addSource);
  withJson(source.command('list').description('list the sources of your sites'))
    .option('--site <number>', 'those of this site and of all below it', siteNumber)
    .action(listSources);
  withId(source.command('show').description('show one source, and how it fares')).action(showSource);
  const edit = withId(source.command('edit').description('change what is given of a source'));
  addSourceFlags(edit.option('--name <name>', 'what it is called from now on')).action(editSource);
  withId(source.command('remove').description('take a source away; its runs and files stay')).action(
    removeSource,
  );
  withId(source.command('test').description('try the way there, and show what is seen')).action(testSource);
}

const withJson = (command: Command): Command => command.option('--json', 'print JSON');
const withId = (command: Command): Command => withJson(command.argument('<id>', 'of the source'));

async function addSource(name: string, { site, dryRun, json, ...flags }: AddFlags): Promise<void> {
  if (dryRun) return tryNew(site, { ...flags, ...(json && { json }) });
  const body = await newBody(name, site, flags);
  show(await openClient(complain).post<Source>('/sources', body), json);
}

/** What can be tried has a site and a place; the rest says what the files are for. */
async function tryNew(site: number | undefined, { json, ...flags }: Flags & SourceFlags): Promise<void> {
  const given: SourcePatchAsked & { siteId?: number } = await patchOf(flags, undefined);
  const { place, secret, parts, readiness, rowCount } = given;
  const asked = {
    siteId: site ?? given.siteId,
    place,
    ...(secret && { secret }),
    ...(parts && { parts }),
    ...(readiness && { readiness }),
    ...(rowCount && { rowCount }),
  } as NewSourceTestAsked;
  tell(await openClient(complain).post<SourceTest>('/sources/test', asked), json);
}

async function listSources({ site, json }: Flags & { site?: number }): Promise<void> {
  const sources = await openClient(complain).list<Source>('/sources', { site });
  if (json) return printJson(sources);
  if (sources.length === 0) return say(`There are no sources yet. Set one up: ${MUSTER} source add --help`);
  say(...sourceTable(sources));
}

async function showSource(id: string, { json }: Flags): Promise<void> {
  show(await openClient(complain).get<Source>(sourcePath(id)), json);
}

async function editSource(id: string, { json, name, ...flags }: EditFlags): Promise<void> {
  const client = openClient(complain);
  const now = await client.get<Source>(sourcePath(id));
  const patch = { ...(await patchOf(flags, now)), ...(name !== undefined && { name }) };
  // Parts of what is there are sent with what is changed: somebody else's change in between is not undone.
  const version = Object.keys(patch).length > 0 ? { version: now.version } : {};
  show(await client.patch<Source>(sourcePath(id), { ...patch, ...version }), json);
}

async function removeSource(id: string, { json }: Flags): Promise<void> {
  await openClient(complain).remove(sourcePath(id));
  if (json) printJson({ id: Number(id), isRemoved: true });
  else say(`Source ${id} is removed.`);
}

async function testSource(id: string, { json }: Flags): Promise<void> {
  tell(await openClient(complain).post<SourceTest>(`${sourcePath(id)}/test`, {}), json);
}

function show(source: Source, json: boolean | undefined): void {
  if (json) printJson(source);
  else say(...sourceLines(source));
}

/** A test that found something in the way ends as what did not happen. */
function tell(result: SourceTest, json: boolean | undefined): void {
  if (!result.ok) process.exitCode = EXIT.stopped;
  if (json) printJson(result);
  else if (result.ok) say(...testLines(result));
  else complainOf(result);
}

function complainOf({ problem, hostKeys }: SourceTest): void {
  complain(problem?.message ?? 'It can’t be reached.');
  if (problem?.code === 'host-key') for (const key of hostKeys ?? []) complain(`  --host-key ${key}`);
}
