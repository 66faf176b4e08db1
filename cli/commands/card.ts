// `muster card`: cards one by one.
import { type Command, Option } from 'commander';
import type { Card, CardPatch, CardReplacement, NewCard } from '../../api/wire-cards.ts';
import { CARD_ID_TYPES, type CardIdType } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import { calendarDay, siteNumber } from '../arguments.ts';
import { CARD_HEADERS, cardNumberWords, cardRow } from '../card.ts';
import { openClient } from '../client.ts';
import { complain, printJson, say } from '../output.ts';
import { getPerson, type Who } from '../person.ts';
import { tableLines } from '../text.ts';

/** Blank for none. */
type Days = { validFrom?: string; validUntil?: string };
type Digits = Days & { type?: CardIdType; json?: boolean };

export function addTo(program: Command): void {
  const card = program
    .command('card')
    .description('cards one by one: show, add, issue, revoke, replace, edit');
  const ofCard = (name: string, about: string) =>
    card.command(name).description(about).argument('<id>', 'of the card: see `muster cards list`');
  withJson(ofCard('show', 'show a card')).action(showCard);
  withDays(
    withDigits(card.command('add').description('add a card to an active person'))
      .argument('[person]', 'the id of the person; or name the person by --site and --identifier')
      .option('--site <number>', 'the person’s site, or one above it', siteNumber)
      .option('--identifier <text>', 'of the person')
      .option('--issue', 'issued at once; else it is pending'),
  ).action(addCard);
  withJson(ofCard('issue', 'issue a pending card')).action((id, flags) =>
    step(id, 'issue', 'is issued', flags),
  );
  withJson(ofCard('revoke', 'revoke a card: its number is free then')).action((id, flags) =>
    step(id, 'revoke', 'is revoked', flags),
  );
  withDays(withDigits(ofCard('replace', 'revoke a card and issue another in its place'))).action(replaceCard);
  withDays(ofCard('edit', 'give a card in use other days')).action(editCard);
}

const withJson = (command: Command): Command => command.option('--json', 'print one object');

const withDigits = (command: Command): Command =>
  command
    .argument('<number>', 'of the card, as text')
    .addOption(
      new Option('--type <type>', 'how the digits are meant; decimal unless told').choices(CARD_ID_TYPES),
    );

const dayOrNone = (text: string): string => (text === 'none' ? '' : calendarDay(text));

const withDays = (command: Command): Command =>
  withJson(
    command
      .option('--valid-from <day>', 'the first day, in UTC; or none', dayOrNone)
      .option('--valid-until <day>', 'the last day, in UTC; or none', dayOrNone),
  );

const daysOf = ({ validFrom, validUntil }: Days) => ({
  ...(validFrom !== undefined && { validFrom: validFrom || null }),
  ...(validUntil !== undefined && { validUntil: validUntil || null }),
});

const path = (id: string): string => `/cards/${encodeURIComponent(id)}`;

async function showCard(id: string, { json }: { json?: boolean }): Promise<void> {
  const card = await openClient(complain).get<Card>(path(id));
  if (json) printJson(card);
  else say(...tableLines(CARD_HEADERS, [cardRow(card)]));
}

async function addCard(
  number: string,
  person: string | undefined,
  { type, issue, json, ...flags }: Digits & Who & { issue?: boolean },
): Promise<void> {
  const client = openClient(complain);
  const { id: personId } = await getPerson(client, person, flags);
  const body: NewCard = {
    personId,
    number,
    ...(type && { type }),
    ...(issue && { issue }),
    ...daysOf(flags),
  };
  const card = await client.post<Card>('/cards', body);
  if (json) printJson(card);
  else say(`Card ${card.id}, ${cardNumberWords(card)}, is ${card.status}.`);
}

async function step(
  id: string,
  name: 'issue' | 'revoke',
  done: string,
  { json }: { json?: boolean },
): Promise<void> {
  const card = await openClient(complain).post<Card>(`${path(id)}/${name}`, {});
  if (json) printJson(card);
  else say(`Card ${card.id}, ${cardNumberWords(card)}, ${done}.`);
}

async function replaceCard(id: string, number: string, { type, json, ...days }: Digits): Promise<void> {
  const body: CardReplacement = { number, ...(type && { type }), ...daysOf(days) };
  const card = await openClient(complain).post<Card>(`${path(id)}/replace`, body);
  if (json) printJson(card);
  else say(`Card ${card.id}, ${cardNumberWords(card)}, is issued in the place of card ${card.replacesId}.`);
}

async function editCard(id: string, { json, ...days }: Days & { json?: boolean }): Promise<void> {
  const body: CardPatch = daysOf(days);
  if (Object.keys(body).length === 0)
    throw new Refusal('invalid', 'Nothing is named that should change. Give --valid-from or --valid-until.');
  const card = await openClient(complain).patch<Card>(path(id), body);
  if (json) printJson(card);
  else say(...tableLines(CARD_HEADERS, [cardRow(card)]));
}
