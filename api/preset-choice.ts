// The preset that a request names, and the options that a run by it has.
import type { Database } from '../db/client.ts';
import { findSavedPreset, type SavedPresetRow } from '../db/queries/saved-presets.ts';
import type { BulkActionOptions, RunAction } from '../domain/bulk-action.ts';
import { askedLimits } from '../domain/limits.ts';
import type { Preset } from '../domain/preset.ts';
import { getPreset, PRESETS } from '../domain/presets/catalogue.ts';
import { Refusal } from '../domain/refusal.ts';
import { resolveOptions } from '../domain/run-options.ts';
import type { AskedOptionsRead } from './wire.ts';

/** A built-in preset, and what a site has saved of it where it was named by that. */
export type ChosenPreset = { preset: Preset; saved: SavedPresetRow | null };

/** The built-in preset of that name, or undefined: no saved one can take its name. */
export const findBuiltIn = (name: string): Preset | undefined =>
  PRESETS.find((preset) => preset.name === name);

/**
 * What a name stands for at a site: a built-in preset, else the one that was saved nearest, there or above. Without a
 * site only the built-in ones count. Refuses with `missing` a name that is none.
 */
export async function chosenPreset(
  db: Database,
  name: string,
  siteId: number | undefined,
): Promise<ChosenPreset> {
  const preset = findBuiltIn(name);
  if (preset) return { preset, saved: null };
  const saved = siteId === undefined ? undefined : await findSavedPreset(db, siteId, name);
  if (saved) return { preset: getPreset(saved.base), saved };
  const names = PRESETS.map((builtIn) => builtIn.name).join(', ');
  throw new Refusal(
    'missing',
    `There is no preset of that name. Use one of: ${names}; or one that the site or a site above it has saved.`,
  );
}

/** What takes people out of use. */
const UNINVITING: readonly RunAction[] = ['archive', 'anonymize', 'delete'];

/** The options of a run by this preset. Refuses what nobody may ask for. */
export function optionsFor({ preset, saved }: ChosenPreset, asked: AskedOptionsRead): BulkActionOptions {
  const options = resolveOptions(preset, saved?.options ?? null, possibleOptions(asked));
  if (options.invite !== 'none' && UNINVITING.includes(options.action))
    throw new Refusal(
      'invalid',
      `Nobody is invited who is asked to leave: a run that would ${options.action} takes no invite. Leave it out, or set it to none.`,
    );
  return options;
}

/** What was asked for, in the words that runs keep. An option that was left out has no key. */
export function possibleOptions({
  maxChangePercent,
  ...asked
}: AskedOptionsRead): Partial<BulkActionOptions> {
  const limits = maxChangePercent === undefined ? asked.limits : askedLimits({ ...asked, maxChangePercent });
  return Object.fromEntries(
    Object.entries({ ...asked, limits }).filter(([, value]) => value !== undefined),
  ) as Partial<BulkActionOptions>;
}
