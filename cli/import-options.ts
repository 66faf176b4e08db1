// The options that `import` and `preview` share: how a file is to be read and what is to become of its rows.
import { type Command, Option } from 'commander';
import type { AskedOptions } from '../api/wire.ts';
import { CARD_ID_TYPES, EXISTING_MODES, INVITE_MODES, MATCH_KEYS } from '../domain/bulk-action.ts';
import { Refusal } from '../domain/refusal.ts';
import {
  ASKED_ACTIONS,
  actionWord,
  calendarDay,
  collect,
  type Mapping,
  mappingEntry,
  percent,
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
  match?: string;
  cardId?: string;
  cardFrom?: string;
  cardUntil?: string;
  maxChange?: number;
};

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
  return command
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
    .option('--expect <rows>', 'refuse a file with any other number of rows', wholeNumber(0, 1_000_000_000))
    .addOption(choice('--match <key>', 'by what a row’s person is found', MATCH_KEYS))
    .addOption(choice('--card-id <type>', 'how card numbers are written', CARD_ID_TYPES))
    .option('--card-from <date>', 'the first day of the cards, YYYY-MM-DD', calendarDay)
    .option('--card-until <date>', 'their last day; that of a row wins', calendarDay)
    .option('--max-change <percent>', 'stop before writing where more people would change', percent);
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
    expect: flags.expect,
    matchBy: flags.match && [flags.match],
    cardIdType: flags.cardId,
    cardValidFrom: flags.cardFrom,
    cardValidUntil: flags.cardUntil,
    maxChangePercent: flags.maxChange,
  };
  // Names and shapes are checked here, words of later versions are the API's to refuse.
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as AskedOptions;
}
