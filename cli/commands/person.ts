// `muster person`: people one by one.
import { type Command, Option } from 'commander';
import type { Person } from '../../api/wire-person.ts';
import { PERSON_STATUSES } from '../../domain/person.ts';
import { Refusal } from '../../domain/refusal.ts';
import { collect, fieldEntry, idOrNone, type Mapping, siteNumber, wholeNumber } from '../arguments.ts';
import { cardNumberWords } from '../card.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { getPerson, type Who } from '../person.ts';
import { tableLines } from '../text.ts';

type Content = {
  email?: string;
  username?: string;
  firstName?: string;
  lastName?: string;
  name?: string;
  orgUnit?: number | null;
  supervisor?: number | null;
  field?: Mapping;
};
type ListFlags = {
  site?: number;
  status?: string;
  filter?: string[];
  search?: string;
  limit: number;
  json?: boolean;
};

const PEOPLE_SHOWN = 50;

/** What can be done to a person by one word, and how it is told. */
const MOVES = {
  archive: ['archive a person: all is kept, the email is free', 'is archived'],
  restore: ['bring an archived person back', 'is active again'],
  anonymize: ['empty an archived person of all that identifies; can’t be undone', 'is anonymized'],
} as const;

export function addTo(program: Command): void {
  const person = program.command('person').description('people: list, show, add, edit, archive and more');
  addReading(person);
  addWriting(person);
  for (const [move, [about, done]] of Object.entries(MOVES))
    addWho(person.command(move).description(about)).action((id: string | undefined, who: Who) =>
      movePerson(move, done, id, who),
    );
  addWho(person.command('delete').description('remove a person and the photos; can’t be undone')).action(
    deletePerson,
  );
}

function addReading(person: Command): void {
  person
    .command('list')
    .description('list people')
    .option('--site <number>', 'of this site and those below it', siteNumber)
    .addOption(new Option('--status <status>', 'of any unless told').choices([...PERSON_STATUSES, 'all']))
    .option('--filter <filter>', 'field=value or field~text; repeatable: all must hold', collect)
    .option('--search <text>', 'text that a name, identifier, email or username contains')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), PEOPLE_SHOWN)
    .option('--json', 'print one array')
    .action(listPeople);
  addWho(person.command('show').description('show a person')).action(showPerson);
}

function addWriting(person: Command): void {
  const add = person
    .command('add')
    .description('add a person')
    .requiredOption('--site <number>', 'the site', siteNumber)
    .requiredOption('--identifier <text>', 'of the person, unique in the site');
  addContent(add).option('--json', 'print the person as one object').action(addPerson);
  const edit = person
    .command('edit')
    .description('change a person; what is not named stays as it is, and an empty value clears')
    .option('--new-identifier <text>', 'another identifier');
  addContent(addWho(edit)).action(editPerson);
}

const addWho = (command: Command): Command =>
  command
    .argument('[id]', 'of the person; or name the person by --site and --identifier')
    .option('--site <number>', 'the person’s site, or one above it', siteNumber)
    .option('--identifier <text>', 'of the person')
    .option('--json', 'print one object');

const addContent = (command: Command): Command =>
  command
    .option('--email <address>', 'of the person')
    .option('--username <text>', 'of the person')
    .option('--first-name <text>', 'of the person')
    .option('--last-name <text>', 'of the person')
    .option('--name <text>', 'the name shown; first and last name unless set')
    .option('--org-unit <id>', 'the org unit: see `muster org-unit list`; or none', idOrNone)
    .option('--supervisor <id>', 'another person; or none', idOrNone)
    .option('--field <field=value>', 'a field of the site; repeatable', fieldEntry);

async function listPeople({ limit, json, search, ...query }: ListFlags): Promise<void> {
  const people = await openClient(complain).list<Person>('/people', { ...query, q: search }, limit);
  if (json) return printJson(people);
  if (people.length === 0) return say('Nobody is found.');
  const rows = people.map((person) => [
    String(person.id),
    String(person.siteId),
    person.identifier ?? '',
    person.email ?? '',
    person.displayName,
    person.status,
  ]);
  say(...tableLines(['Id', 'Site', 'Identifier', 'Email', 'Name', 'Status'], rows));
}

async function showPerson(id: string | undefined, who: Who): Promise<void> {
  tellPerson(await getPerson(openClient(complain), id, who), who.json);
}

async function addPerson(flags: Content & { site: number; identifier: string; json?: boolean }) {
  const body = { siteId: flags.site, identifier: flags.identifier, ...contentOf(flags) };
  tellPerson(await openClient(complain).post<Person>('/people', body), flags.json);
}

async function editPerson(id: string | undefined, flags: Who & Content & { newIdentifier?: string }) {
  const given = {
    ...contentOf(flags),
    ...(flags.newIdentifier !== undefined && { identifier: flags.newIdentifier }),
  };
  if (Object.keys(given).length === 0)
    throw new Refusal('invalid', 'Nothing is named that should change. See: muster person edit --help');
  const client = openClient(complain);
  const { id: found } = await getPerson(client, id, flags);
  tellPerson(await client.patch<Person>(`/people/${found}`, given), flags.json);
}

/** Values as the API takes them: only those that were given, an empty one as null. */
function contentOf({ name, orgUnit, supervisor, field, ...own }: Content) {
  const { email, username, firstName, lastName } = own;
  const texts = { email, username, firstName, lastName, displayName: name };
  const given = Object.entries({ ...texts, orgUnitId: orgUnit, supervisorId: supervisor })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [key, value === '' ? null : value]);
  return { ...Object.fromEntries(given), ...(field && { fields: field }) };
}

async function movePerson(move: string, done: string, id: string | undefined, who: Who): Promise<void> {
  const client = openClient(complain);
  const { id: found } = await getPerson(client, id, who);
  const person = await client.post<Person>(`/people/${found}/${move}`, {});
  if (who.json) printJson(person);
  else say(`Person ${person.id} ${done}.`);
}

async function deletePerson(id: string | undefined, who: Who): Promise<void> {
  const client = openClient(complain);
  const { id: found } = await getPerson(client, id, who);
  await client.remove(`/people/${found}`);
  if (who.json) printJson({ id: found, isDeleted: true });
  else say(`Person ${found} is deleted.`);
}

function tellPerson(person: Person, isJson: boolean | undefined): void {
  const { fields, roles = [], cards = [], photo, ...own } = person;
  const held = roles.map((role) => `${role.name} (site ${role.siteId})`).join(', ');
  const carried = cards.map((card) => `${cardNumberWords(card)} ${card.status}`).join(', ');
  const beside = { roles: held, cards: carried, photo: photo ? 'approved' : null };
  const lines = Object.entries({ ...own, ...beside, ...fields })
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => [name, String(value)]);
  if (isJson) printJson(person);
  else say(...tableLines(['Field', 'Value'], lines));
}
