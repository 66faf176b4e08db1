// The columns of a draft's files: which field each becomes, and the files as a run would read them so.
import { useQueries, useQuery } from '@tanstack/react-query';
import type { Preview } from '../../../../api/wire-previews.ts';
import { type FileAsked, previewQuery } from '../../client/files.ts';
import { type ImportDraft, rememberedQuery } from '../../client/imports.ts';
import { type PresetWire, presetsQuery } from '../../client/presets.ts';
import { useWords } from '../../words/language.tsx';
import { type ColumnLine, type Field, linesOf, mappingOf, withNeeded } from './columns.ts';
import { lookingAsked, type Options, optionsOf, runOptionsOf } from './draft-asked.ts';
import { fieldWords } from './field-words.ts';

export type FileColumns = {
  file: ImportDraft['files'][number];
  lines: ColumnLine[];
  fields: Field[];
  /** As a run would read it with all that was chosen; undefined while it is asked for the first time. */
  preview: Preview | undefined;
};

export type Columns = {
  presets: readonly PresetWire[];
  preset: PresetWire | undefined;
  options: Options;
  files: FileColumns[];
  /** Required fields without a column. */
  lacking: Field[];
  asked: FileAsked;
  isLoading: boolean;
  error: unknown;
  retry: () => void;
};

/** What must have a column before anybody can be created; other fields may be filled by hand later. */
const KEYS = ['identifier', 'email'];

export function useColumns(draft: ImportDraft): Columns {
  const { siteId, settings, files } = draft;
  const said = useWords(fieldWords);
  const presets = useQuery(presetsQuery(siteId)).data ?? [];
  const remembered = useQuery(rememberedQuery(siteId, settings.preset));
  const preset = presets.find(({ name }) => name === settings.preset);
  const options = optionsOf(draft, preset, remembered.data);
  const looks = useQueries({
    queries: files.map(({ id }) => previewQuery(id, lookingAsked(draft, options))),
  });
  const labelOf = (name: string, label: string) => said.names[name] ?? label;
  const found = files.map((file, at) => {
    const look = looks[at]?.data;
    const fields = (look?.fields ?? []).map(
      ({ name, label, isRequired }): Field => ({
        name,
        label: labelOf(name, label),
        isRequired,
        synonyms: [label, ...(preset?.columns.find(({ field }) => field === name)?.synonyms ?? [])],
      }),
    );
    const slot = file.slot ?? '';
    const lines = linesOf({
      slot,
      columns: look?.columns ?? [],
      fields,
      choices: settings.choices[slot] ?? {},
      remembered: settings.usesRemembered ? (remembered.data?.columns ?? {}) : {},
    });
    const mapping = mappingOf(lines, look?.columns ?? [], look?.headerRow !== null);
    return { file, fields, lines, mapping };
  });
  const mapping = Object.assign({}, ...found.map((one) => one.mapping)) as Record<string, string | null>;
  const asked: FileAsked = {
    site: siteId,
    preset: settings.preset,
    options: runOptionsOf(draft, options, mapping),
  };
  const { expect: _, ...shown } = asked.options;
  const isKnown = looks.every(({ data }) => data !== undefined) && !remembered.isPending;
  const previews = useQueries({
    queries: files.map(({ id }) => ({
      ...previewQuery(id, { ...asked, options: shown }),
      enabled: isKnown,
    })),
  });
  const lacking = lackingIn(found, preset, options);
  const failed = [...looks, ...previews].find(({ isError }) => isError);
  return {
    presets,
    preset,
    options,
    lacking,
    asked,
    files: found.map(({ mapping: _mapping, ...one }, at) => ({
      ...one,
      lines:
        at === 0
          ? withNeeded(
              one.lines,
              lacking.map(({ name }) => name),
            )
          : one.lines,
      preview: previews[at]?.data,
    })),
    isLoading: !isKnown,
    error: failed?.error,
    retry: () => void Promise.all([...looks, ...previews].map(({ refetch }) => refetch())),
  };
}

function lackingIn(
  files: readonly { fields: Field[]; lines: ColumnLine[] }[],
  preset: PresetWire | undefined,
  { action }: Options,
): Field[] {
  const used = new Set(files.flatMap(({ lines }) => lines.map(({ field }) => field)));
  const creates = action === 'create-or-update' || action === 'sync';
  const needs = ({ name, isRequired }: Field) => {
    const required = preset?.columns.find(({ field }) => field === name)?.required;
    if (required === 'always' || (isRequired && action === 'create')) return true;
    return isRequired && creates && KEYS.includes(name);
  };
  return (files[0]?.fields ?? []).filter((field) => needs(field) && !used.has(field.name));
}
