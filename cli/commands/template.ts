// `muster template`: empty files to begin with.
import type { Command } from 'commander';
import type { PresetWire } from '../../api/wire-presets.ts';
import { siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { download } from '../download.ts';
import { complain } from '../output.ts';

type Flags = { site?: number; template?: string; output?: string };

export function addTo(program: Command): void {
  program
    .command('template')
    .description('download an empty file with the columns of a preset; a zip where it has several')
    .argument('<preset>', 'people, user-update, access-cards, agents, or one that a site has saved')
    .option('--site <number>', 'with the fields of this site, and the presets that it has saved', siteNumber)
    .option('--template <name>', 'only this one of several, as CSV')
    .option('-o, --output <file>', 'write to a file instead of stdout; a zip goes to PRESET.zip unless told')
    .action(downloadTemplate);
}

async function downloadTemplate(name: string, { site, template, output }: Flags): Promise<void> {
  const client = openClient(complain);
  const path = `/presets/${encodeURIComponent(name)}`;
  const asCsv = () => download(client, { path: `${path}/template.csv`, query: { site, template } }, output);
  if (template !== undefined) return asCsv();
  const preset = await client.get<PresetWire>(path, { site });
  const [first, ...others] = preset.templates;
  if (others.length === 0) return asCsv();
  if (output?.toLowerCase().endsWith('.csv')) {
    await asCsv();
    return complain(`This is ${first}. There are more: ${others.join(', ')}. A zip has all of them.`);
  }
  const file = output ?? `${preset.name}.zip`;
  await download(client, { path: `${path}/template.zip`, query: { site } }, file);
  if (output === undefined) complain(`${file}: ${preset.templates.map((one) => `${one}.csv`).join(', ')}`);
}
