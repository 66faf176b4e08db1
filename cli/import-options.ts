// The options that `import` and `preview` share: how a file is to be read and what is to become of its rows.
import { type Command, Option } from 'commander';
import type { AskedOptions } from '../api/wire.ts';
import {
  ABSENT_MODES,
  CARD_ID_TYPES,
  EXISTING_MODES,
  INVITE_MODES,
  MATCH_KEYS,
} from '../domain/bulk-action.ts';
import type { Limit, Limits } from '../domain/limits.ts';
import { Refusal } from '../domain/refusal.ts';
import {
  ASKED_ACTIONS,
  actionWord,
  calendarDay,
  collect,
  limitWord,
  type Mapping,
  mappingEntry,
  siteNumber,
  wholeNumber,
} from './arguments.ts';

/** The flags of how a file is read and what becomes of its rows. */
export type OptionFlags = {
  action?: string;
  invite?: string;
  existing?: string;
  /** False with --no-header. */
  header: boolean;
  headerRow?: number;
  map?: Mapping;
  clearBlank?: string[];
  expect?: number;
  minRows?: number;
  trailer?: string;
  absent?: string;
  match?: string;
  cardId?: string;
  cardFrom?: string;
  cardUntil?: string;
  overwriteEdited?: boolean;
  replaceLimits?: boolean;
} & LimitFlags;

/** The flags of how much a run may do before it asks. */
export type LimitFlags = { maxChange?: Limit; maxCreate?: Limit; maxArchive?: Limit; maxRemove?: Limit };

export type ImportFlags = OptionFlags & { site: number; preset?: string };

/** Puts the shared options on a command: whose file it is, of what kind, and how it is read. */
export const addImportOptions = (command: Command): Command =>
  addOptionFlags(
    command
      .requiredOption('--site <number>', 'the site (Account ID) that the run belongs to', siteNumber)
      .option('--preset <name>', 'the kind of file: see `muster preset list`; people unless told'),
  );

/** Puts the flags of how a file is read on a command. */
export function addOptionFlags(command: Command): Command {
  const choice = (flag: string, words: string, choices: readonly string[]) =>
    new Option(flag, words).choices(choices);
  command
    .addOption(
      choice('--action <action>', 'what to do with a row that does not say it', ASKED_ACTIONS).argParser(
        actionWord,
      ),
    )
    .addOption(choice('--invite <who>', 'who is sent an invitation', INVITE_MODES))
    .addOption(choice('--existing <mode>', 'what becomes of people who exist already', EXISTING_MODES))
    .option('--no-header', 'the file has no header: map columns by position')
    .option(
      '--header-row <number>',
      'the row of the header; those above it are ignored',
      wholeNumber(1, 1000),
    )
    .option(
      '--map <field=column>',
      'a field’s column: its header, its position, or none; repeatable',
      mappingEntry,
    )
    .option('--clear-blank <field>', 'a blank cell clears this field; repeatable', collect)
    .addOption(choice('--absent <what>', 'what becomes of people who are not in a sync’s file', ABSENT_MODES))
    .option('--expect <rows>', 'refuse a file with any other number of rows', wholeNumber(0, 1_000_000_000))
    .option('--min-rows <rows>', 'refuse a file with fewer rows', wholeNumber(0, 1_000_000_000))
    .option('--trailer <word>', 'the last line begins so and says how many rows there are')
    .addOption(choice('--match <key>', 'by what a row’s person is found', MATCH_KEYS))
    .addOption(choice('--card-id <type>', 'how card numbers are written', CARD_ID_TYPES))
    .option('--card-from <date>', 'the first day of the cards, YYYY-MM-DD', calendarDay)
    .option('--card-until <date>', 'their last day; that of a row wins', calendarDay)
    .option('--overwrite-edited', 'the file wins even over protected values that were edited by hand');
  return addLimitFlags(command).option(
    '--replace-limits',
    'these limits stand in place of the site’s, looser ones too',
  );
}

/** Puts the limits on a command. */
export const addLimitFlags = (command: Command): Command =>
  command
    .option(
      '--max-change <limit>',
      'ask before more people change: 20%, 500p, or both as 20%,500p; a number alone is percent',
      limitWord('percent'),
    )
    .option('--max-create <limit>', 'ask before more are created: 20% or 500', limitWord('people'))
    .option('--max-archive <limit>', 'ask before more are archived: 20% or 500', limitWord('people'))
    .option('--max-remove <limit>', 'ask before more are anonymized and deleted', limitWord('people'));

/** The limits that were given, or undefined where none was. */
export function limitsOf({ maxChange, maxCreate, maxArchive, maxRemove }: LimitFlags): Limits | undefined {
  const all = { changed: maxChange, created: maxCreate, archived: maxArchive, removed: maxRemove };
  const given = Object.entries(all).filter(([, limit]) => limit !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** What the API is told: only what was given, so that presets and the API’s own defaults count. */
export function wireOptions(flags: OptionFlags): AskedOptions {
  if (!flags.header && flags.headerRow !== undefined)
    throw new Refusal('invalid', '--no-header and --header-row exclude each other. Give one of them.');
  const given = {
    action: flags.action,
    invite: flags.invite,
    existing: flags.existing,
    headerRow: flags.header ? flags.headerRow : null,
    mapping: flags.map,
    clearBlank: flags.clearBlank,
    absent: flags.absent,
    expect: flags.expect,
    rowsMin: flags.minRows,
    trailer: flags.trailer,
    matchBy: flags.match && [flags.match],
    cardIdType: flags.cardId,
    cardValidFrom: flags.cardFrom,
    cardValidUntil: flags.cardUntil,
    overwriteEdited: flags.overwriteEdited,
    limits: limitsOf(flags),
    replacesLimits: flags.replaceLimits,
  };
  // Names and shapes are checked here, words of later versions are the API's to refuse.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as AskedOptions;
}
