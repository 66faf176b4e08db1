// `muster field`: the fields that a site adds to people.
import { type Command, Option } from 'commander';
import type { FieldDefinitionWire, Page } from '../../api/wire.ts';
import { FIELD_TYPES } from '../../domain/field-definition.ts';
import { collect, siteNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type AddFlags = {
  site: number;
  type?: string;
  label?: string;
  required?: boolean;
  unique?: boolean;
  pattern?: string;
  choice?: string[];
  choices?: string;
  json?: boolean;
};

export function addTo(program: Command): void {
  const field = program.command('field').description('custom fields: list them, add one');
  field
    .command('add')
    .description('add a field to the people of a site and of those below it')
    .argument('<name>', 'in lower case with underscores, as exports show it')
    .requiredOption('--site <number>', 'the site', siteNumber)
    .addOption(new Option('--type <type>', 'of its values; text unless told').choices(FIELD_TYPES))
    .option('--label <text>', 'its name for people')
    .option('--required', 'every person must have a value')
    .option('--unique', 'no two people may have the same value')
    .option('--pattern <expression>', 'a regular expression that whole values match')
    .option('--choice <value>', 'a value of a choice; repeatable', collect)
    .option('--choices <values>', 'the values of a choice, separated by commas')
    .option('--json', 'print the field as one object')
    .action(addField);
  field
    .command('list')
    .description('list the fields that hold at a site')
    .requiredOption('--site <number>', 'the site', siteNumber)
    .option('--json', 'print one array')
    .action(listFields);
}

async function addField(name: string, flags: AddFlags): Promise<void> {
  const listed = flags.choices?.split(',').map((value) => value.trim()) ?? [];
  const choices = [...(flags.choice ?? []), ...listed.filter((value) => value !== '')];
  const type = flags.type ?? (choices.length > 0 ? 'choice' : 'text');
  const body = {
    siteId: flags.site,
    name,
    type,
    required: flags.required ?? false,
    unique: flags.unique ?? false,
    ...(flags.label !== undefined && { label: flags.label }),
    ...(flags.pattern !== undefined && { pattern: flags.pattern }),
    ...(choices.length > 0 && { choices }),
  };
  const field = await openClient(complain).post<FieldDefinitionWire>('/field-definitions', body);
  if (flags.json) printJson(field);
  else say(`Site ${field.siteId} has the field ${field.name} (${field.type}).`);
}

async function listFields({ site, json }: { site: number; json?: boolean }): Promise<void> {
  const path = '/field-definitions';
  const { items: fields } = await openClient(complain).get<Page<FieldDefinitionWire>>(path, { site });
  if (json) return printJson(fields);
  if (fields.length === 0) return say(`Site ${site} has no fields of its own.`);
  const rows = fields.map((field) => [
    field.name,
    field.label,
    field.type,
    [field.required && 'required', field.unique && 'unique'].filter(Boolean).join(', '),
    field.choices?.join(', ') ?? field.pattern ?? '',
    String(field.siteId),
  ]);
  say(...tableLines(['Name', 'Label', 'Type', 'Rules', 'Values', 'Site'], rows));
}
