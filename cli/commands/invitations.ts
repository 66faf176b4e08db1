// `muster invitations`: who was invited and what became of it, invitations by hand, and how a site invites.
import { type Command, Option } from 'commander';
import type { Invitation, MadeInvitations, SentAgain } from '../../api/wire-invitations.ts';
import { INVITATION_MAIL_STATES, INVITATION_STATES } from '../../domain/invitation.ts';
import { siteNumber, wholeNumber } from '../arguments.ts';
import { openClient } from '../client.ts';
import { EXIT } from '../exit.ts';
import { addWords } from '../invitation-words.ts';
import { complain, printJson, say } from '../output.ts';
import { formatCount, tableLines } from '../text.ts';

type JsonFlag = { json?: boolean };
type ListFlags = JsonFlag & {
  site?: number;
  run?: string;
  person?: number;
  state?: string;
  mail?: string;
  limit: number;
};

const SHOWN = 50;
const anId = wholeNumber(1, Number.MAX_SAFE_INTEGER);

const STATE_WORDS = {
  open: 'no photo yet',
  answered: 'photo to look at',
  done: 'photo approved',
  closed: 'closed',
} as const satisfies Record<Invitation['state'], string>;

export function addTo(program: Command): void {
  const invitations = program
    .command('invitations')
    .description('who is asked for a photo: list, send, close; and how a site invites');
  addList(invitations);
  addDoing(invitations);
  addWords(invitations);
}

function addList(invitations: Command): void {
  invitations
    .command('list')
    .description('list invitations, the newest first')
    .option('--site <number>', 'of this site and those below it', siteNumber)
    .option('--run <id>', 'those of a run')
    .option('--person <id>', 'those of a person', anId)
    .addOption(new Option('--state <state>', 'how far they are').choices([...INVITATION_STATES]))
    .addOption(
      new Option('--mail <state>', 'what became of the newest mail').choices([...INVITATION_MAIL_STATES]),
    )
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), SHOWN)
    .option('--json', 'print one array')
    .action(list);
}

function addDoing(invitations: Command): void {
  const one = (name: string, what: string, argument: string) =>
    invitations.command(name).description(what).argument(argument).option('--json', 'print one object');
  one('send', 'invite people by hand, by their ids', '<person...>').action(send);
  one('again', 'send an open invitation once more', '<invitation>').action(again);
  one('close', 'wait for this person no longer', '<invitation>').action(close);
  one('allow', 'let somebody be mailed again who was not', '<person>').action(allow);
}

async function list({ limit, json, ...query }: ListFlags): Promise<void> {
  const found = await openClient(complain).list<Invitation>('/invitations', query, limit);
  if (json) return printJson(found);
  const rows = found.map(({ id, personName, siteId, bulkActionId, state, mail }) => [
    String(id),
    personName,
    String(siteId),
    bulkActionId ?? 'by hand',
    STATE_WORDS[state],
    mail === null ? '' : [mail.what, mail.state, mail.smtpCode ?? ''].join(' ').trim(),
  ]);
  say(...tableLines(['Id', 'Person', 'Site', 'Run', 'State', 'Mail'], rows));
}

async function send(people: string[], { json }: JsonFlag): Promise<void> {
  const personIds = people.map(anId);
  const made = await openClient(complain).post<MadeInvitations>('/invitations', { personIds });
  if (json) printJson(made.items);
  else {
    const reached = made.items.filter(({ isReachable }) => isReachable).length;
    say(`${formatCount(reached)} invited by mail, ${formatCount(personIds.length - reached)} not reached.`);
    for (const { id, personId, isReachable } of made.items)
      say(`  Person ${personId}: invitation ${id}${isReachable ? '' : ', no mail reaches them'}`);
  }
  if (made.items.some(({ isReachable }) => !isReachable) || made.items.length < personIds.length)
    process.exitCode = EXIT.someFailed;
}

async function again(id: string, { json }: JsonFlag): Promise<void> {
  const sent = await openClient(complain).post<SentAgain>(`/invitations/${encodeURIComponent(id)}/send`, {});
  if (json) printJson(sent);
  else say(`Invitation ${sent.id} is on its way once more.`);
}

async function close(id: string, { json }: JsonFlag): Promise<void> {
  const closed = await openClient(complain).post<Invitation>(
    `/invitations/${encodeURIComponent(id)}/close`,
    {},
  );
  if (json) printJson(closed);
  else say(`Invitation ${closed.id}: ${STATE_WORDS[closed.state]}.`);
}

async function allow(id: string, { json }: JsonFlag): Promise<void> {
  await openClient(complain).remove(`/people/${encodeURIComponent(id)}/mail-stop`);
  if (json) printJson({ id: Number(id), isAllowed: true });
  else say(`Person ${id} is mailed again.`);
}
