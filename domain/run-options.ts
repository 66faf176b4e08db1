// What a run is asked to do, put together: what holds everywhere, the preset, what a site has saved, what was asked.
import { type BulkActionOptions, DEFAULT_OPTIONS, MATCH_KEYS } from './bulk-action.ts';
import { mergedLimits } from './limits.ts';
import type { Preset } from './preset.ts';
import { Refusal } from './refusal.ts';
import { EXTRA_FIELDS } from './rows/extras.ts';

/**
 * The options of a run: each is as it was asked for, else as the site saved it, else as the preset has it. Of a mapping
 * that holds for each field, and of limits for each number: to map one more column, nobody has to repeat what is saved,
 * and a limit that is saved is not lost by giving another.
 * Refuses with 'invalid' an action that the preset does not allow, days of cards in the wrong order, the clearing of a
 * field that every row must have, and what is asked of a sync alone.
 */
export function resolveOptions(
  preset: Preset,
  saved: Partial<BulkActionOptions> | null,
  asked: Partial<BulkActionOptions>,
): BulkActionOptions {
  const options: BulkActionOptions = {
    ...DEFAULT_OPTIONS,
    action: preset.actions[0],
    ...given(preset.options),
    ...given(saved ?? {}),
    ...given(asked),
    mapping: { ...preset.options.mapping, ...saved?.mapping, ...asked.mapping },
    limits: mergedLimits(mergedLimits(preset.options.limits, saved?.limits), asked.limits),
  };
  refuseAction(preset, options);
  refuseDays(options);
  refuseKeys(options);
  refuseClearing(preset, options);
  refuseAbsent(options, asked);
  return options;
}

/** Without the keys whose value is undefined: they say nothing. */
const given = (options: Partial<BulkActionOptions>): Partial<BulkActionOptions> =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

function refuseAction(preset: Preset, { action }: BulkActionOptions): void {
  if (preset.actions.includes(action)) return;
  throw new Refusal(
    'invalid',
    `The preset ${preset.name} can’t ${action}. Use one of: ${preset.actions.join(', ')}.`,
  );
}

function refuseDays({ cardValidFrom, cardValidUntil }: BulkActionOptions): void {
  if (cardValidFrom === null || cardValidUntil === null || cardValidFrom <= cardValidUntil) return;
  throw new Refusal('invalid', 'The last day of the cards is before their first one. Correct one of them.');
}

function refuseKeys({ matchBy }: BulkActionOptions): void {
  if (matchBy === null || matchBy.length > 0) return;
  throw new Refusal(
    'invalid',
    `matchBy names no key. Name some of: ${MATCH_KEYS.join(', ')}; or leave it out.`,
  );
}

/** What is saved may be saved for syncs. What is asked for with something else would be passed over. */
function refuseAbsent({ action }: BulkActionOptions, asked: Partial<BulkActionOptions>): void {
  if (asked.absent === undefined || action === 'sync') return;
  throw new Refusal(
    'invalid',
    `Only a sync looks for people who are not in the file, and this run would ${action}. Leave absent (--absent) out, or ask for sync.`,
  );
}

function refuseClearing(preset: Preset, { clearBlank }: BulkActionOptions): void {
  const needed = preset.columns.filter((column) => column.required !== 'never').map(({ field }) => field);
  const lasting = new Set(['identifier', 'email', 'account_id', 'action', ...needed, ...EXTRA_FIELDS]);
  const refused = clearBlank.filter((field) => lasting.has(field));
  if (refused.length === 0) return;
  throw new Refusal(
    'invalid',
    `Blank cells can’t clear ${refused.join(', ')}. Take it out of clearBlank (--clear-blank).`,
  );
}
