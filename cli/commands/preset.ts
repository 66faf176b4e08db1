// `muster preset`: the kinds of files, and what a site saves of them for itself.
import type { Command } from 'commander';
import type { Page } from '../../api/wire.ts';
import type { PresetWire } from '../../api/wire-presets.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { addOptionFlags, type OptionFlags, wireOptions } from '../import-options.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type Flags = { site?: number; json?: boolean };
type SaveFlags = OptionFlags & { site: number; base: string; json?: boolean };

export function addTo(program: Command): void {
  const preset = program.command('preset').description('presets: list them, save one, show one, remove one');
  preset
    .command('list')
    .description('list the presets that an import can name')
    .option('--site <number>', 'with those that this site or a site above it has saved', siteNumber)
    .option('--json', 'print one array')
    .action(listPresets);
  preset
    .command('show')
    .description('show the columns and options of a preset')
    .argument('<name>')
    .option('--site <number>', 'the site at which it is to be used', siteNumber)
    .option('--json', 'print one object')
    .action(showPreset);
  addOptionFlags(
    preset
      .command('save')
      .description('save a mapping and options under a name, for a site and those below it')
      .argument('<name>', 'lower-case words, with hyphens between them')
      .requiredOption('--site <number>', 'the site', siteNumber)
      .option('--base <preset>', 'the preset that it is made from', 'people'),
  )
    .option('--json', 'print the preset as one object')
    .action(savePreset);
  preset
    .command('remove')
    .description('remove a preset that a site has saved')
    .argument('<name>')
    .requiredOption('--site <number>', 'the site that has saved it', siteNumber)
    .action(removePreset);
}

const pathOf = (name: string): string => `/presets/${encodeURIComponent(name)}`;

async function listPresets({ site, json }: Flags): Promise<void> {
  const { items: presets } = await openClient(complain).get<Page<PresetWire>>('/presets', { site });
  if (json) return printJson(presets);
  const rows = presets.map((preset) => [
    preset.name,
    preset.siteId === null ? 'built in' : `site ${preset.siteId}`,
    preset.base ?? '',
    preset.about,
  ]);
  say(...tableLines(['Name', 'Saved on', 'Made from', 'For'], rows));
}

async function showPreset(name: string, { site, json }: Flags): Promise<void> {
  const preset = await openClient(complain).get<PresetWire>(pathOf(name), { site });
  if (json) return printJson(preset);
  say(...presetLines(preset));
}

function presetLines(preset: PresetWire): string[] {
  const required = { always: 'always', 'to-create': 'to create', never: '' } as const;
  const columns = preset.columns.map((column) => [
    column.field,
    column.header,
    required[column.required],
    column.template ?? '',
    column.about,
  ]);
  const origin = preset.base === null ? '' : ` (made from ${preset.base}, saved on site ${preset.siteId})`;
  return [
    `${preset.name}${origin}: ${preset.about}`,
    `Actions: ${preset.actions.join(', ')}`,
    `People are found by: ${preset.matchBy.join(', then ')}`,
    `Who exists already, where a row would create: ${preset.duplicates}`,
    ...Object.entries(preset.options).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    '',
    ...tableLines(['Field', 'Header', 'Required', 'Template', 'What stands in it'], columns),
  ];
}

async function savePreset(name: string, { site, base, json, ...flags }: SaveFlags): Promise<void> {
  const body = { siteId: site, name, base, options: wireOptions(flags) };
  const preset = await openClient(complain).post<PresetWire>('/presets', body);
  if (json) printJson(preset);
  else say(`Site ${preset.siteId} has the preset ${preset.name}, made from ${preset.base}.`);
}

async function removePreset(name: string, { site }: { site: number }): Promise<void> {
  await openClient(complain).remove(pathOf(name), { site });
  say(`Site ${site} has no preset ${name} any more.`);
}
