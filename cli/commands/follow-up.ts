// `muster follow-up`: what a bulk action still waits for, who is missing, reminding them, and ending it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import type { FollowUpDetail, FollowUpWire, MissingPerson } from '../../api/wire-follow-ups.ts';
import { collect, wholeNumber } from '../arguments.ts';
import { type Client, newIdempotencyKey, openClient } from '../client.ts';
import { runPath } from '../follow.ts';
import { followUpLines, followUpWords } from '../follow-up-lines.ts';
import { complain, printJson, say } from '../output.ts';
import { tableLines } from '../text.ts';

/** How often it is looked at while somebody watches. */
const WATCH_EVERY_MS = 1_000;
const PEOPLE_SHOWN = 1_000;

type ShowFlags = { watch?: boolean; people?: boolean; missing?: string[]; limit: number; json?: boolean };

export function addTo(program: Command): void {
  const command = program
    .command('follow-up')
    .description('show what a bulk action still waits for: photos that were asked for, cards to be issued')
    .argument('<id>', 'of the bulk action')
    .option('--watch', 'stay until it has ended, and say whenever it has moved')
    .option('--people', 'who is missing something, instead of how many')
    .option(
      '--missing <what>',
      'only people who are missing this: photo, review, card or mail; repeatable',
      collect,
    )
    .option('--limit <number>', 'how many people at most', wholeNumber(1, 1_000_000), PEOPLE_SHOWN)
    .option('--json', 'print one object; people as an array')
    .action(show);
  command
    .command('remind')
    .description('remind those who are missing now; not more often than once an hour')
    .argument('<id>')
    .option('--json', 'print one object')
    .action((id: string, _flags: object, own: Command) => answer(id, 'remind', isJson(own)));
  command
    .command('close')
    .description('end it before its time: nobody is reminded, and open invitations take no photos any more')
    .argument('<id>')
    .option('--json', 'print one object')
    .action((id: string, _flags: object, own: Command) => answer(id, 'close', isJson(own)));
}

/** `--json` is the command’s as much as the one above it. */
const isJson = (command: Command): boolean => command.optsWithGlobals<{ json?: boolean }>().json ?? false;

const followUpOf = (client: Client, id: string): Promise<FollowUpDetail> =>
  client.get(runPath(id, '/follow-up'));

async function show(id: string, { watch, people, missing, limit, json }: ShowFlags): Promise<void> {
  const client = openClient(complain);
  if (people || missing) return showPeople(client, id, missing, limit, json ?? false);
  const now = watch ? await watched(client, id, json ?? false) : await followUpOf(client, id);
  if (json) printJson(now);
  else say(...followUpLines(id, now));
}

/** Says how it stands whenever that has changed, until it has ended. */
async function watched(client: Client, id: string, isJson: boolean): Promise<FollowUpDetail> {
  for (let said = ''; ; await sleep(WATCH_EVERY_MS)) {
    const now = await followUpOf(client, id);
    if (now.state === 'ended') return now;
    const words = followUpWords(now);
    if (words !== said && !isJson) say(words);
    said = words;
  }
}

async function showPeople(
  client: Client,
  id: string,
  missing: readonly string[] | undefined,
  limit: number,
  isJson: boolean,
): Promise<void> {
  const path = runPath(id, '/follow-up/people');
  const people = await client.list<MissingPerson>(path, { missing }, limit);
  if (isJson) return printJson(people);
  if (people.length === 0) return say('Nobody is missing anything.');
  const rows = people.map((person) => [
    String(person.id),
    person.identifier ?? '',
    person.displayName,
    person.email ?? '',
    person.missing.join(', '),
    person.lastMailAt ? `${person.lastMailAt.slice(0, 16).replace('T', ' ')} UTC` : '',
  ]);
  say(...tableLines(['Person', 'Identifier', 'Name', 'Email', 'Missing', 'Last mail'], rows));
}

async function answer(id: string, verb: 'remind' | 'close', json: boolean): Promise<void> {
  const client = openClient(complain);
  const now = await client.post<FollowUpWire>(
    runPath(id, `/follow-up/${verb}`),
    undefined,
    newIdempotencyKey(),
  );
  if (json) return printJson(now);
  if (verb === 'close') say(`The follow-up of run ${id} is closed.`, ...followUpLines(id, now));
  else say(`Reminders are on their way. Look again: muster follow-up ${id}`);
}
