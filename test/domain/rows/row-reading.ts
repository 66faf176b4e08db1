// Reading rows in tests: a header and cells, as a run with these settings reads them.
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../../domain/bulk-action.ts';
import type { FieldDefinition } from '../../../domain/field-definition.ts';
import { resolveMapping } from '../../../domain/mapping.ts';
import { type Preset, providedFields } from '../../../domain/preset.ts';
import { PEOPLE_PRESET } from '../../../domain/presets/people.ts';
import type { PlacedDefinition, RowPlaces } from '../../../domain/rows/places.ts';
import { requiredFieldsOf } from '../../../domain/rows/readers.ts';
import { compileRowReader } from '../../../domain/rows/row.ts';
import type { PasswordDesk, StagedRow } from '../../../domain/rows/staged-row.ts';
import type { RecordFault } from '../../../domain/table.ts';

export type Reading = {
  preset?: Preset;
  header: string[];
  options?: Partial<BulkActionOptions>;
  places?: Partial<RowPlaces>;
  passwords?: PasswordDesk;
  fault?: RecordFault;
};

/** A field of the root, and so of all sites. */
export const definitionOf = (
  name: string,
  given: Partial<FieldDefinition & { siteIds: number[] | null }> = {},
): PlacedDefinition => ({
  id: name,
  siteId: 1000,
  name,
  label: name,
  type: 'text',
  required: false,
  unique: false,
  pattern: null,
  choices: null,
  siteIds: null,
  ...given,
});

/** The fields that a preset brings along for columns of these fields. */
const providedBy = (preset: Preset, mapped: readonly (string | null)[]): PlacedDefinition[] =>
  providedFields(preset, mapped).map(({ name, field }) => definitionOf(name, field));

/** Row 7 of a file of sites 1000, 1001 and 1002. */
export function readRow(cells: string[], reading: Reading): StagedRow {
  const { preset = PEOPLE_PRESET, header, places } = reading;
  const options = { ...DEFAULT_OPTIONS, action: preset.actions[0], ...reading.options };
  const definitions = places?.definitions ?? [];
  const { columns } = resolveMapping(header, { ...options, preset, definitions, hasHeader: true });
  const provided = providedBy(
    preset,
    columns.map(({ field }) => field),
  ).filter(({ name }) => !definitions.some((definition) => definition.name === name));
  const read = compileRowReader({
    preset,
    options,
    columns,
    places: {
      siteId: 1000,
      siteIds: new Set([1000, 1001, 1002]),
      mailDomains: new Map(),
      ...places,
      definitions: [...definitions, ...provided],
    },
    requiredFields: requiredFieldsOf(preset),
    passwords: reading.passwords,
  });
  return read({ number: 7, cells, fault: reading.fault ?? null });
}
