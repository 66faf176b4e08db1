// Agents and supervisors of a contact centre: three templates filled in, imported as one, over the command line.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { findZipEntries } from '../../adapters/zip-directory.ts';
import { newFolder } from '../cli/muster.ts';
import { outcomesOf } from '../support/results.ts';
import { cells, fileOf } from '../support/rosters.ts';
import { useStack } from '../support/stack.ts';

const stack = useStack();

/** The three templates as they are downloaded: a zip. */
let templates: Map<string, string>;
beforeAll(async () => {
  const path = join(newFolder(), 'agents.zip');
  const { stderr } = await stack().muster('template', 'agents', '-o', path);
  expect(stderr).toBe('');
  const zip = readFileSync(path);
  templates = new Map(
    (findZipEntries(zip) ?? []).map(({ name, packed, at }) => {
      const start = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28);
      return [name, inflateRawSync(zip.subarray(start, start + packed)).toString('utf8')];
    }),
  );
});

/** A new site with an inner org unit, a team below it, and roles. */
async function centre(): Promise<number> {
  const site = await stack().newSite();
  const made = async (path: string, body: object) => {
    const { status, body: reply } = await stack().api<{ id: number }>('POST', path, body);
    expect(status).toBe(201);
    return reply.id;
  };
  const parentId = await made('/org-units', { siteId: site, name: 'Sales' });
  await made('/org-units', { siteId: site, name: 'Team 1', parentId });
  for (const name of ['Agent', 'Lead', 'Extra'])
    await made('/roles', { siteId: site, name, permissions: ['people:read'] });
  return site;
}

/** A row of user details. LAN, agent and PBX ids are those of the site alone. */
const details = (
  site: number,
  lan: string,
  pbx: string,
  profile: string,
  boss: string,
  unit: string,
  roles: string,
) => [lan, 'First', 'Last', `${lan}.${site}`, `${site}${pbx}`, profile, boss, unit, roles, '', ''].join();

const top = (site: number) => details(site, 'top', '1', 'supervisor', '', 'Sales', 'Lead,');
const boss = (site: number) => details(site, 'boss', '2', 'supervisor', 'top', 'Sales', 'Lead,Extra');
const ann = (site: number) => details(site, 'ann', '3', 'agent', 'boss', 'Team 1', 'Agent,');

/** The templates filled in, in files of their names; those that are not named stay unmodified. */
function filled(rows: Record<string, readonly string[]>): string[] {
  const folder = newFolder();
  mkdirSync(join(folder, 'in'));
  return [...templates].map(([name, header]) => {
    const lines = rows[name.replace('.csv', '')] ?? [];
    return fileOf(name, `${header}${lines.map((line) => `${line}\r\n`).join('')}`);
  });
}

async function importFiles(site: number, files: readonly string[]) {
  const [first = '', ...others] = files;
  const run = await stack().import(first, site, ...others, '--preset', 'agents');
  return { ...run, outcomes: run.id && run.error === null ? await outcomesOf(stack(), run.id) : [] };
}

test('three templates filled in are one import; two may stay unmodified, and their order says nothing', async () => {
  expect([...templates.keys()].sort()).toEqual([
    'user-channels.csv',
    'user-details.csv',
    'user-features.csv',
  ]);
  const site = await centre();
  const files = filled({
    'user-details': [ann(site), boss(site), top(site)],
    'user-channels': ['ann,2,,3,,,'],
    'user-features': ['boss,yes,,,,,', 'ann,no,,,,,'],
  });
  const run = await importFiles(site, files.toReversed());
  expect([run.code, run.counts?.created, run.outcomes]).toEqual([0, 3, ['created', 'created', 'created']]);
  const people = await stack().people(site);
  const byLan = new Map(people.map((person) => [person.identifier, person]));
  expect(byLan.get('ann')).toMatchObject({
    supervisorId: byLan.get('boss')?.id,
    orgUnit: 'Team 1',
    fields: {
      pbx_id: `${site}3`,
      profile: 'agent',
      voice_channels: 2,
      chat_channels: 3,
      feature_call_recording: false,
    },
  });
  expect(byLan.get('boss')).toMatchObject({ supervisorId: byLan.get('top')?.id, orgUnit: 'Sales' });
  expect(byLan.get('top')).toMatchObject({ supervisorId: null });

  const other = await centre();
  const alone = await importFiles(other, filled({ 'user-details': [top(other), boss(other), ann(other)] }));
  expect([alone.code, alone.outcomes]).toEqual([0, ['created', 'created', 'created']]);
});

test('duplicates, inserted and invalid are counted, and each opens its records', async () => {
  const site = await centre();
  await importFiles(site, filled({ 'user-details': [top(site), boss(site)] }));
  const rows = [
    boss(site),
    ann(site),
    details(site, 'sp ace', '10', 'agent', 'boss', 'Team 1', 'Agent,'),
    details(site, 'a1', 'x', 'agent', 'boss', 'Team 1', 'Agent,'),
    details(site, 'a2', '2', 'agent', 'boss', 'Team 1', 'Agent,'),
    details(site, 'a3', '13', 'chief', 'boss', 'Team 1', 'Agent,'),
    details(site, 'a4', '14', 'agent', 'nobody', 'Team 1', 'Agent,'),
    details(site, 'a5', '15', 'agent', 'boss', 'team 1', 'Agent,'),
    details(site, 'a6', '16', 'agent', 'boss', 'Sales', 'Agent,'),
    details(site, 'a7', '17', 'agent', 'boss', 'Team 1', 'Nothing,'),
    details(site, 'a8', '18', 'agent', 'boss', 'Team 1', 'Agent,Nothing'),
    details(site, 'a9', '19', 'agent', '', 'Team 1', 'Agent,'),
    details(site, 'b1', '20', 'agent', 'a4', 'Team 1', 'Agent,'),
  ];
  const run = await importFiles(site, filled({ 'user-details': rows }));
  expect([run.code, run.counts]).toMatchObject([2, { skipped: 1, created: 1, rejected: 11, total: 13 }]);
  expect(run.outcomes).toEqual([
    'skipped · person-exists',
    'created',
    'rejected · special-characters',
    'rejected · pattern-mismatch',
    'rejected · key-taken',
    'rejected · not-a-choice',
    'rejected · unknown-supervisor',
    'rejected · unknown-org-unit',
    'rejected · not-a-leaf',
    'rejected · unknown-role',
    'rejected · unknown-role',
    'rejected · required',
    'rejected · needs-row',
  ]);
  const opened = async (outcome: string) => {
    const { stdout } = await stack().muster('results', run.id ?? '', '--outcome', outcome);
    // The LAN id is the first column; those of the other files follow behind.
    return cells(stdout)
      .slice(1)
      .map(([lan]) => lan);
  };
  expect(await opened('skipped')).toEqual(['boss']);
  expect(await opened('created')).toEqual(['ann']);
  expect(await opened('rejected')).toHaveLength(11);
});
