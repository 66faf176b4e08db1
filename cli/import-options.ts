// The options that `import` and `preview` share: how a file is to be read and what is to become of its rows.
import { type Command, Option } from 'commander';
import type { BulkActionOptionsWire } from '../api/wire.ts';
import { ACTIONS, CARD_ID_TYPES, EXISTING_MODES, INVITE_MODES } from '../domain/bulk-action.ts';
import { Refusal } from '../domain/refusal.ts';
import { collect, type Mapping, mappingEntry, percent, siteNumber, wholeNumber } from './arguments.ts';

export type ImportFlags = {
  site: number;
  preset: string;
  action?: string;
  invite?: string;
  existing?: string;
  /** False with --no-header. */
  header: boolean;
  headerRow?: number;
  map?: Mapping;
  clearBlank?: string[];
  expect?: number;
  cardId?: string;
  maxChange?: number;
};

/** Puts the shared options on a command. */
export function addImportOptions(command: Command): Command {
  const choice = (flag: string, words: string, choices: readonly string[]) =>
    new Option(flag, words).choices(choices);
  return command
    .requiredOption('--site <number>', 'the site (Account ID) that the run belongs to', siteNumber)
    .option('--preset <name>', 'the kind of file: people, user-update, access-cards, agents', 'people')
    .addOption(
      choice('--action <action>', 'what to do with a row that does not say it', [...ACTIONS, 'sync']),
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
    .addOption(choice('--card-id <type>', 'how card numbers are written', CARD_ID_TYPES))
    .option('--max-change <percent>', 'stop before writing where more people would change', percent);
}

/** What the API is told: only what was given, so that all defaults are its own. */
export function wireOptions(flags: ImportFlags): BulkActionOptionsWire {
  if (!flags.header && flags.headerRow !== undefined)
    throw new Refusal('invalid', '--no-header and --header-row exclude each other. Give one of them.');
  const headerRow = flags.header ? flags.headerRow : null;
  const given = {
    action: flags.action,
    invite: flags.invite,
    existing: flags.existing,
    headerRow,
    mapping: flags.map,
    clearBlank: flags.clearBlank,
    expect: flags.expect,
    cardIdType: flags.cardId,
    maxChangePercent: flags.maxChange,
  };
  // Names and shapes are checked here, words of later versions are the API's to refuse.
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as BulkActionOptionsWire;
}
