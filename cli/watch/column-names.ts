// Files without a header: their columns are named in the settings, in their order, and mapped by position.
import type { AskedOptions } from '../../api/wire.ts';
import type { PresetWire } from '../../api/wire-presets.ts';
import type { Preview } from '../../api/wire-previews.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { headerKey } from '../../domain/header.ts';
import { resolveMapping } from '../../domain/mapping.ts';
import { getPreset } from '../../domain/presets/catalogue.ts';
import { Refusal } from '../../domain/refusal.ts';
import { type Client, newIdempotencyKey } from '../client.ts';

export type NamedColumns = {
  names: readonly string[];
  site: number;
  preset: string | undefined;
  options: AskedOptions;
};

/**
 * The options for a file whose columns have these names: where its first line is just these names it is the header, else
 * there is none. Names that are no field are left out, as in a header.
 */
export async function optionsForNames(
  client: Client,
  fileId: string,
  asked: NamedColumns,
): Promise<AskedOptions> {
  const { names, site, preset, options } = asked;
  const { mapping: _, ...reading } = options;
  const body = {
    site,
    ...(preset !== undefined && { preset }),
    options: { ...reading, headerRow: null },
    rows: 1,
  };
  // Muster itself reads the first line: it finds out the encoding and the delimiter.
  const shown = await client.post<Preview>(
    `/files/${encodeURIComponent(fileId)}/preview`,
    body,
    newIdempotencyKey(),
  );
  const isHeader = isHeaderOf(shown.rows[0]?.cells ?? [], names);
  const mapping = mappingOf(names, await basePreset(client, site, preset), shown.fields, options);
  return { ...options, headerRow: isHeader ? 1 : null, mapping };
}

function isHeaderOf(cells: readonly string[], names: readonly string[]): boolean {
  const found = cells.map(headerKey);
  while (found.length > names.length && found.at(-1) === '') found.pop();
  return found.length === names.length && names.every((name, i) => headerKey(name) === found[i]);
}

async function basePreset(client: Client, site: number, preset: string | undefined): Promise<string> {
  if (preset === undefined) return 'people';
  const { name, base } = await client.get<PresetWire>(`/presets/${encodeURIComponent(preset)}`, { site });
  return base ?? name;
}

/** Field → position, by the rules for headers; what was mapped by hand names columns by the names of the settings. */
function mappingOf(
  names: readonly string[],
  preset: string,
  fields: Preview['fields'],
  { mapping = {}, action }: AskedOptions,
): Record<string, string | null> {
  const definitions = fields.map(({ name, label }) => ({ name, label, required: false }) as FieldDefinition);
  const { columns, faults } = resolveMapping(names, {
    preset: getPreset(preset),
    definitions: definitions.filter(
      ({ name }) => !getPreset(preset).columns.some(({ field }) => field === name),
    ),
    mapping,
    hasHeader: true,
    action: action ?? 'create-or-update',
  });
  const fault = faults.find(({ code }) => code === 'mapping');
  if (fault) throw new Refusal('invalid', `COLUMN_NAMES: ${fault.message}`);
  const found = columns.flatMap(({ field, position }) => (field === null ? [] : [[field, String(position)]]));
  if (found.length === 0)
    throw new Refusal(
      'invalid',
      `COLUMN_NAMES names no field: ${names.join(', ')}. See: muster preset show ${preset}`,
    );
  const left = Object.entries(mapping).filter(([, column]) => column === null);
  return Object.fromEntries([...left, ...found]);
}
