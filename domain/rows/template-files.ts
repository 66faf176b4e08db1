// The files of a preset with several templates: which file fills in which, told by their headers.
import {
  columnsNamed,
  fieldByKey,
  getMapping,
  type MappingRequest,
  type ResolvedMapping,
  resolveMapping,
} from '../mapping.ts';
import { mappableFields, type Preset } from '../preset.ts';
import { Refusal } from '../refusal.ts';

/** A file as its header shows it. Without one `columns` are as many empty strings. */
export type FileHeader = { columns: readonly string[]; hasHeader: boolean };

type Request = Omit<MappingRequest, 'hasHeader' | 'template'>;

/** A file with the template that it fills in and the fields of its columns. */
export type TemplateFile<File extends FileHeader> = {
  file: File;
  template: string;
  resolved: ResolvedMapping;
};

/**
 * The files in the order of the preset's templates, the first one among them. Refuses with 'mapping' files that can't
 * be told apart, or where the first is missing, and what `getMapping` refuses.
 */
export function assignFiles<File extends FileHeader>(
  files: readonly File[],
  request: Request,
): [TemplateFile<File>, ...TemplateFile<File>[]] {
  const { preset } = request;
  const templates = files.map((file) =>
    files.length === 1 && !file.hasHeader ? preset.templates[0] : templateOf(file, request),
  );
  const assigned = preset.templates.flatMap((template) => {
    const found = files.filter((_, i) => templates[i] === template);
    if (found.length > 1) throw unfit(preset, `${found.length} of the files fill in ${template}`);
    return found.map((file) => ({ file, template }));
  });
  if (assigned.length < files.length) throw unfitFile(preset);
  if (assigned[0]?.template !== preset.templates[0])
    throw unfit(preset, `None of the files fills in ${preset.templates[0]}`);
  const resolved = assigned.map((one) => ({
    ...one,
    resolved: getMapping(one.file.columns, {
      ...request,
      hasHeader: one.file.hasHeader,
      mapping: mappingFor(one, assigned, request),
      template: one.template,
    }),
  }));
  return resolved as [TemplateFile<File>, ...TemplateFile<File>[]];
}

/**
 * The template that a file fills in; null where it is none. A preset with one template takes any file for it. Else a
 * file belongs to the further template of which it has the most columns, unless it has all that the first one needs.
 */
export function templateOf(file: FileHeader, request: Request): string | null {
  const { preset } = request;
  const [first, ...others] = preset.templates;
  if (others.length === 0) return first;
  const fields = mappableFields(preset, request.definitions);
  const { columns } = resolveMapping(file.columns, { ...request, hasHeader: file.hasHeader });
  const mapped = new Set(columns.map(({ field }) => field));
  const countOf = (template: string) =>
    fields.filter((field) => field.template === template && mapped.has(field.name) && !isKey(field.name))
      .length;
  const isFirst = fields
    .filter((field) => field.template === first && field.required === 'always')
    .every((field) => mapped.has(field.name));
  if (isFirst) return first;
  const [best] = others
    .map((template) => ({ template, count: countOf(template) }))
    .sort((a, b) => b.count - a.count);
  if (best && best.count > 0) return best.template;
  return countOf(first) > 0 ? first : null;

  function isKey(name: string): boolean {
    return name === preset.matchBy[0];
  }
}

/** A file and the template that it fills in. */
type Assigned = { file: FileHeader; template: string };

/**
 * What of the run's mapping concerns a file of `all`: the fields of its template; for the first those that have no file
 * of their own; and the key where the file has that column, or none has.
 */
export function mappingFor(
  { file, template }: Assigned,
  all: readonly Assigned[],
  { preset, definitions, mapping }: Request,
): Request['mapping'] {
  const fields = mappableFields(preset, definitions);
  const isFirst = template === preset.templates[0];
  const concerns = ([name, column]: [string, string | null]) => {
    const field = fieldByKey(fields, name);
    if (field?.name === preset.matchBy[0])
      return (
        column === null ||
        hasColumn(file, column) ||
        (isFirst && !all.some((other) => hasColumn(other.file, column)))
      );
    const own = all.find((other) => other.template === field?.template);
    return own ? own.template === template : isFirst;
  };
  return Object.fromEntries(Object.entries(mapping).filter(concerns));
}

function hasColumn({ columns, hasHeader }: FileHeader, column: string): boolean {
  const matches = columns.map((header, i) => ({ position: i + 1, header }));
  return columnsNamed(matches, column, hasHeader).length > 0;
}

/** The refusal of a file that is none of those that the preset takes. */
export const unfitFile = (preset: Preset): Refusal =>
  unfit(preset, 'A file fills in none of the templates, or has no header');

function unfit({ title, templates }: Preset, what: string): Refusal {
  const [first, ...others] = templates;
  const wanted =
    others.length === 0
      ? 'one file'
      : `one file of ${first}, and beside it at most one of each: ${others.join(', ')}`;
  return new Refusal('mapping', `${what}. ${title} takes ${wanted}, told apart by their headers.`);
}
