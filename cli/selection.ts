// The flags by which a command chooses people: the filters of the people list, and everybody only where that is said.
import { type Command, Option } from 'commander';
import type { SelectionAsked } from '../api/wire-selection.ts';
import { Refusal } from '../domain/refusal.ts';
import { collect, wholeNumber } from './arguments.ts';
import { MUSTER } from './command-name.ts';

export type SelectionFlags = {
  filter?: string[];
  status?: 'active' | 'archived' | 'all';
  search?: string;
  id?: number[];
  all?: boolean;
};

const personId = wholeNumber(1, Number.MAX_SAFE_INTEGER);

/** Puts the flags of a selection on a command. */
export const addSelectionFlags = (command: Command): Command =>
  command
    .option(
      '--filter <field=value>',
      'people whose field is this, or holds it: field=value, field~text; repeatable, all must hold',
      collect,
    )
    .addOption(
      new Option('--status <status>', 'of the people; active unless told').choices([
        'active',
        'archived',
        'all',
      ]),
    )
    .option('--search <text>', 'people whose name, identifier, email or username holds this')
    .option('--id <id...>', 'these people, by their ids', (text: string, before: number[] = []) => [
      ...before,
      personId(text),
    ])
    .option('--all', 'everybody at the site and below it');

/** The selection as the API takes it. Refuses to select everybody where that was not said. */
export function selectionOf({ filter, status, search, id, all }: SelectionFlags): SelectionAsked {
  const isNarrowed = (filter?.length ?? 0) > 0 || search !== undefined || (id?.length ?? 0) > 0;
  if (!isNarrowed && !all)
    throw new Refusal(
      'invalid',
      'Say whom: --filter FIELD=VALUE, --search TEXT or --id ID. To mean everybody at the site and below it, say --all.',
    );
  if (isNarrowed && all)
    throw new Refusal(
      'invalid',
      `--all means everybody. Leave it out, or leave out what narrows it. To see whom a filter finds: ${MUSTER} export people --filter …`,
    );
  return {
    ...(all && { all }),
    ...(filter && { filter }),
    ...(status && { status }),
    ...(search !== undefined && { q: search }),
    ...(id && { ids: id }),
  };
}
