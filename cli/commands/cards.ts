// `muster cards`: issues or revokes many cards at once, those of a run or of people, and lists them.
import { type Command, Option } from 'commander';
import type { BulkAction } from '../../api/wire.ts';
import type { Card, NewCardsRun } from '../../api/wire-cards.ts';
import { CARD_STATUSES } from '../../domain/card.ts';
import { Refusal } from '../../domain/refusal.ts';
import { calendarDay, siteNumber, wholeNumber } from '../arguments.ts';
import { type BeginFlags, beginAndFollow } from '../begun-run.ts';
import { CARD_HEADERS, cardRow } from '../card.ts';
import { type Client, newIdempotencyKey, openClient } from '../client.ts';
import { runPath } from '../follow.ts';
import { addLimitFlags, type LimitFlags, limitsOf } from '../import-options.ts';
import { complain, printJson, say } from '../output.ts';
import { addSelectionFlags, type SelectionFlags, selectionOf } from '../selection.ts';
import { tableLines } from '../text.ts';

type Flags = BeginFlags &
  LimitFlags &
  SelectionFlags & { site?: number; validFrom?: string; validUntil?: string; replaceLimits?: boolean };

type ListFlags = {
  site?: number;
  status?: string;
  person?: number;
  number?: string;
  run?: string;
  limit: number;
  json?: boolean;
};

const CARDS_SHOWN = 50;
const OF_RUN = 'of the bulk action that brought the cards; or choose people by --site and a filter';

export function addTo(program: Command): void {
  const cards = program.command('cards').description('issue or revoke many cards at once, and list them');
  const issue = cards
    .command('issue')
    .description('issue the pending cards that a bulk action brought, or those of people')
    .argument('[run]', OF_RUN)
    .option('--valid-from <day>', 'the first day of cards that have none', calendarDay)
    .option('--valid-until <day>', 'the last day of cards that have none', calendarDay);
  addRunFlags(issue, 'issue-cards');
  const revoke = cards
    .command('revoke')
    .description(
      'revoke the cards that a bulk action brought, or those of people; their numbers are free then',
    )
    .argument('[run]', OF_RUN);
  addRunFlags(revoke, 'revoke-cards');
  cards
    .command('list')
    .description('list cards, each number in decimal and hexadecimal')
    .option('--site <number>', 'of this site and those below it', siteNumber)
    .addOption(new Option('--status <status>', 'of any unless told').choices(CARD_STATUSES))
    .option('--person <id>', 'of this person', wholeNumber(1, Number.MAX_SAFE_INTEGER))
    .option('--number <number>', 'decimal digits, or hexadecimal ones behind 0x')
    .option('--run <id>', 'that this bulk action brought')
    .option('--limit <number>', 'how many at most', wholeNumber(1, 1_000_000), CARDS_SHOWN)
    .option('--json', 'print one array')
    .action(listCards);
}

function addRunFlags(command: Command, action: NewCardsRun['options']['action']): void {
  addSelectionFlags(
    command.option(
      '--site <number>',
      'the site (Account ID) whose people are chosen, with all below it',
      siteNumber,
    ),
  );
  addLimitFlags(command)
    .option('--replace-limits', 'these limits stand in place of the site’s, looser ones too')
    .option('--dry-run', 'stop at the plan, before anything is written')
    .option('--no-wait', 'print the run’s id and leave it to itself')
    .option('--json', 'print one object at the end, and nothing else')
    .action(async (run: string | undefined, flags: Flags) => {
      process.exitCode = await beginAndFollow(flags, async (client, _progress, starting) => {
        const body = await bodyOf(client, action, run, flags);
        starting();
        return client.post<BulkAction>('/bulk-actions', body, newIdempotencyKey());
      });
    });
}

/** Only what was given, so that the API’s own defaults count. Of a run the site is that run’s. */
async function bodyOf(
  client: Client,
  action: NewCardsRun['options']['action'],
  run: string | undefined,
  flags: Flags,
): Promise<NewCardsRun> {
  const { validFrom, validUntil, replaceLimits, dryRun } = flags;
  const limits = limitsOf(flags);
  const options = {
    action,
    ...(validFrom !== undefined && { cardValidFrom: validFrom }),
    ...(validUntil !== undefined && { cardValidUntil: validUntil }),
    ...(limits !== undefined && { limits }),
    ...(replaceLimits && { replacesLimits: true }),
  };
  const common = { kind: 'cards' as const, ...(dryRun && { dryRun: true }) };
  if (run !== undefined) {
    refusePeople(flags);
    const { site } = await client.get<BulkAction>(runPath(run));
    return { ...common, site, options: { ...options, of: run } };
  }
  if (flags.site === undefined)
    throw new Refusal(
      'invalid',
      'Name the run that brought the cards, or choose people by --site and a filter.',
    );
  return { ...common, site: flags.site, selection: selectionOf(flags), options };
}

function refusePeople({ site, filter, status, search, id, all }: Flags): void {
  if ([site, filter, status, search, id, all].some((given) => given !== undefined))
    throw new Refusal(
      'invalid',
      'A run is named, and people are chosen as well. Leave out the run, or --site and the filters.',
    );
}

async function listCards({ limit, json, ...query }: ListFlags): Promise<void> {
  const cards = await openClient(complain).list<Card>('/cards', query, limit);
  if (json) return printJson(cards);
  if (cards.length === 0) return say('No cards are found.');
  say(...tableLines(CARD_HEADERS, cards.map(cardRow)));
}
