// The page docs/presets.md, made from the presets themselves.
import { ACTION_WORDS } from '../../domain/bulk-action.ts';
import { type Preset, type PresetColumn, templateFields } from '../../domain/preset.ts';
import { PRESETS } from '../../domain/presets/catalogue.ts';

const REQUIRED = {
  always: 'in every row',
  'to-create': 'for a new person',
  never: '',
} as const;

const cell = (text: string) => text.replaceAll('|', '\\|');
const code = (text: string) => `\`${text}\``;

/** The page: what each preset takes, and the words by which its columns are known. */
export const presetsPage = (): string => `# Presets

A preset is a kind of file. Headers are compared without capitals, blanks, dashes and underscores: *First Name*, \`first_name\` and *FIRSTNAME* are one. The
name of a field always counts as its header. A column of a custom field is known by the field’s name and label; any other field of a
person can be mapped by name. See [Importing](importing.md) for what cells may hold.

${PRESETS.map(presetSection).join('\n')}`;

function presetSection(preset: Preset): string {
  const { name, title, about, columns, actions, matchBy, duplicates } = preset;
  const provided = columns.filter((column) => column.definition);
  return `## ${title}: ${code(name)}

${about}

- Rows may ask for: ${actions.map((action) => ACTION_WORDS[action]).join(', ')}. The first is what they ask for unless the run or the row says otherwise.
- A person is found by ${matchBy.map(code).join(', else ')}.
- A row that would create somebody who exists is ${duplicates}.
${templates(preset)}${
  provided.length === 0
    ? ''
    : `- Fields that the preset brings along, made for the organisation once a file has a column for them: ${provided
        .map((column) => code(column.field))
        .join(', ')}. A field of that name that the site has already is used as it is.\n`
}${rules(preset)}
| field | header in the template | needed | what stands in it | also known as |
|---|---|---|---|---|
${columns.map(columnRow).join('\n')}
`;
}

function templates(preset: Preset): string {
  return preset.templates
    .map((template) => {
      const headers = templateFields(preset, template, []).map((field) => field.header);
      return `- Template \`${template}.csv\`: ${headers.join(', ')}.\n`;
    })
    .join('');
}

const rules = ({ rules: all }: Preset): string =>
  all
    .map(
      ({ field, value, required, isLeafNeeded }) =>
        `- Where ${code(field)} is *${value}*, a row needs ${required.map(code).join(', ')}${
          isLeafNeeded ? ', and an org unit that has none below it' : ''
        }.\n`,
    )
    .join('');

const columnRow = ({ field, header, required, template, about, synonyms, isPlain }: PresetColumn): string =>
  [
    '',
    code(field),
    template === null ? '' : cell(header),
    REQUIRED[required],
    cell(
      `${about}${isPlain && !about.includes('hyphens') ? ' Letters, digits, dots, hyphens and underscores only.' : ''}`,
    ),
    cell([...(template === null && header !== field ? [header] : []), ...synonyms].join(', ')),
    '',
  ]
    .join(' | ')
    .trim();
