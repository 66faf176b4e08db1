// `muster field`: the fields that a site adds to people.
import { type Command, Option } from 'commander';
import type { Page } from '../../api/wire.ts';
import type { ChangedFieldDefinition, FieldDefinitionWire } from '../../api/wire-org.ts';
import { FIELD_TYPES } from '../../domain/field-definition.ts';
import { Refusal } from '../../domain/refusal.ts';
import { counted } from '../../domain/words.ts';
import { collect, siteNumber } from '../arguments.ts';
import { type Client, openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

type Flags = { site: number; json?: boolean };
type Rules = {
  type?: string;
  label?: string;
  required?: boolean;
  unique?: boolean;
  /** False where there is to be none. */
  pattern?: string | false;
  choice?: string[];
  choices?: string;
};

const SITE = '--site <number>';

export function addTo(program: Command): void {
  const field = program.command('field').description('custom fields: list them, add, edit, remove');
  const add = field
    .command('add')
    .description('add a field to the people of a site and of those below it')
    .argument('<name>', 'in lower case with underscores, as exports show it')
    .requiredOption(SITE, 'the site', siteNumber);
  addRules(add).option('--json', 'print the field as one object').action(addField);
  field
    .command('list')
    .description('list the fields that hold at a site')
    .requiredOption(SITE, 'the site', siteNumber)
    .option('--json', 'print one array')
    .action(listFields);
  const edit = field
    .command('edit')
    .description('change a field; nobody’s value is changed by it')
    .argument('<name>', 'of the field')
    .requiredOption(SITE, 'a site where it holds', siteNumber);
  addRules(edit)
    .option('--no-required', 'people may be without a value')
    .option('--no-unique', 'people may have the same value')
    .option('--no-pattern', 'any value of the type will do')
    .option('--json', 'print the field as one object')
    .action(editField);
  field
    .command('remove')
    .description('remove a field in which nobody has a value')
    .argument('<name>', 'of the field')
    .requiredOption(SITE, 'a site where it holds', siteNumber)
    .option('--json', 'print one object')
    .action(removeField);
}

const addRules = (command: Command): Command =>
  command
    .addOption(new Option('--type <type>', 'of its values; text unless told').choices(FIELD_TYPES))
    .option('--label <text>', 'its name for people')
    .option('--required', 'every person must have a value')
    .option('--unique', 'no two people may have the same value')
    .option('--pattern <expression>', 'a regular expression that whole values match')
    .option('--choice <value>', 'a value of a choice; repeatable', collect)
    .option('--choices <values>', 'the values of a choice, separated by commas');

/** The rules as the API takes them: those that were given. */
function rulesOf({ type, label, required, unique, pattern, ...flags }: Rules) {
  const listed = flags.choices?.split(',').map((value) => value.trim()) ?? [];
  const choices = [...(flags.choice ?? []), ...listed.filter((value) => value !== '')];
  return {
    ...(type !== undefined && { type }),
    ...(label !== undefined && { label }),
    ...(required !== undefined && { required }),
    ...(unique !== undefined && { unique }),
    ...(pattern !== undefined && { pattern: pattern === false ? null : pattern }),
    ...(choices.length > 0 && { choices }),
  };
}

async function addField(name: string, { site, json, ...flags }: Flags & Rules): Promise<void> {
  const rules = rulesOf(flags);
  const body = {
    siteId: site,
    name,
    type: rules.choices ? 'choice' : 'text',
    required: false,
    unique: false,
    ...rules,
  };
  const field = await openClient(complain).post<FieldDefinitionWire>('/field-definitions', body);
  if (json) printJson(field);
  else say(`Site ${field.siteId} has the field ${field.name} (${field.type}).`);
}

const fieldsOf = async (client: Client, site: number): Promise<FieldDefinitionWire[]> =>
  (await client.get<Page<FieldDefinitionWire>>('/field-definitions', { site })).items;

async function listFields({ site, json }: Flags): Promise<void> {
  const fields = await fieldsOf(openClient(complain), site);
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

async function editField(name: string, { site, json, ...flags }: Flags & Rules): Promise<void> {
  const rules = rulesOf(flags);
  if (Object.keys(rules).length === 0)
    throw new Refusal('invalid', 'Nothing is named that should change. See: muster field edit --help');
  const client = openClient(complain);
  const { id } = await getField(client, site, name);
  const field = await client.patch<ChangedFieldDefinition>(`/field-definitions/${id}`, rules);
  if (json) return printJson(field);
  say(`The field ${field.name} of site ${field.siteId} is changed. Nobody’s value is.`);
  const { nonConforming: people } = field;
  if (people > 0) say(`${counted(people, 'active person does', 'active people do')} not fit by now.`);
}

async function removeField(name: string, { site, json }: Flags): Promise<void> {
  const client = openClient(complain);
  const { id, siteId } = await getField(client, site, name);
  await client.remove(`/field-definitions/${id}`);
  if (json) printJson({ id, isRemoved: true });
  else say(`The field ${name} of site ${siteId} is removed.`);
}

async function getField(client: Client, site: number, name: string): Promise<FieldDefinitionWire> {
  const found = (await fieldsOf(client, site)).find((field) => field.name === name);
  if (!found)
    throw new Refusal('missing', `Site ${site} has no field ${name}. See: muster field list --site ${site}`);
  return found;
}
