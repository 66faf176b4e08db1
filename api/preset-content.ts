// What presets look like from outside, what may be saved of them, and their templates.
import { csvLine } from '../adapters/csv/print.ts';
import type { BulkActionOptions } from '../domain/bulk-action.ts';
import type { FieldDefinition } from '../domain/field-definition.ts';
import { fieldByKey } from '../domain/mapping.ts';
import { mappableFields, type Preset, templateCsv, templateFields } from '../domain/preset.ts';
import { type ChosenPreset, optionsFor, possibleOptions } from './preset-choice.ts';
import { type Fault, InvalidRequest } from './problems.ts';
import type { AskedOptionsRead } from './wire.ts';
import type { PresetWire } from './wire-presets.ts';

/** A preset as it goes over the wire: a saved one has the columns and rules of what it is made from. */
export function toPreset({ preset, saved }: ChosenPreset): PresetWire {
  const options = { ...preset.options, ...saved?.options };
  return {
    name: saved?.name ?? preset.name,
    title: saved?.name ?? preset.title,
    about: preset.about,
    siteId: saved?.siteId ?? null,
    base: saved?.base ?? null,
    templates: [...preset.templates],
    columns: preset.columns.map(({ field, header, about, synonyms, required, template }) => ({
      field,
      header,
      about,
      synonyms: [...synonyms],
      required,
      template,
    })),
    actions: [...preset.actions],
    matchBy: [...(options.matchBy ?? preset.matchBy)],
    duplicates: preset.duplicates,
    options: options as PresetWire['options'],
  };
}

/**
 * What was asked for as a preset keeps it: fields by their names. Refuses what a run would refuse, and fields that
 * neither the preset nor the site has.
 */
export function savedOptions(
  preset: Preset,
  asked: AskedOptionsRead,
  definitions: readonly FieldDefinition[],
): Partial<BulkActionOptions> {
  optionsFor({ preset, saved: null }, asked);
  const options = possibleOptions(asked);
  const fields = mappableFields(preset, definitions);
  const faults: Fault[] = [];
  const nameOf = (key: string, path: string) => {
    const field = fieldByKey(fields, key);
    if (!field)
      faults.push({ path, message: `There is no field “${key}”. Use the name of a column or of a field.` });
    return field?.name ?? key;
  };
  const mapping = Object.entries(options.mapping ?? {}).map(
    ([key, column]) => [nameOf(key, `options.mapping.${key}`), column] as const,
  );
  const clearBlank = options.clearBlank?.map((key, at) => nameOf(key, `options.clearBlank.${at}`));
  if (faults.length > 0) throw new InvalidRequest(faults);
  return {
    ...options,
    ...(options.mapping && { mapping: Object.fromEntries(mapping) }),
    ...(clearBlank && { clearBlank }),
  };
}

/** A template as a file: with the headers that a saved preset maps, so that what is filled in fits it. */
export function templateFile(
  { preset, saved }: ChosenPreset,
  template: string,
  definitions: readonly FieldDefinition[],
): string {
  const mapping = saved?.options.mapping;
  if (!mapping) return templateCsv(preset, template, definitions);
  const own = new Set(preset.columns.map((column) => column.field));
  const headers = templateFields(preset, template, definitions).flatMap(({ name, label }) => {
    const column = mapping[name];
    if (column === null) return [];
    const isHeader = column !== undefined && !/^\d+$/.test(column);
    return isHeader ? [column] : [own.has(name) ? label : name];
  });
  return `\ufeff${csvLine(headers)}`;
}
