// The settings of a source before they are saved: everything that would only fail at night is refused here, in words.

import { sealSourceSecret } from '../../adapters/secrets.ts';
import { openPlace, PlaceProblem } from '../../adapters/sources/place.ts';
import type { Admin } from '../../db/queries/admins.ts';
import type { SiteRow } from '../../db/queries/sites.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';
import type { BulkActionOptions } from '../../domain/bulk-action.ts';
import { isProblem, readEmail } from '../../domain/cells.ts';
import type { Language } from '../../domain/language.ts';
import { Refusal } from '../../domain/refusal.ts';
import { FAULT_WORDS, patternsFault } from '../../domain/sources/fault-words.ts';
import { isLeftAlone } from '../../domain/sources/names.ts';
import { faultOfPattern, faultOfSet } from '../../domain/sources/patterns.ts';
import { placeProblemWords } from '../../domain/sources/place-problems.ts';
import { scheduleFaults } from '../../domain/sources/schedule.ts';
import { secretFault, secretTarget } from '../../domain/sources/secret.ts';
import type { SourcePart, SourcePlace, SourceSecret, SourceSettings } from '../../domain/sources/source.ts';
import { requirePermission } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { mayInvite, refuseLimits, requireActionRights } from '../new-run.ts';
import { chosenPreset, optionsFor } from '../preset-choice.ts';
import { type Fault, InvalidRequest } from '../problems.ts';
import type { AskedOptionsRead } from '../wire.ts';
import type { NewSourceRead, SourcePatchRead } from '../wire-sources.ts';
import { placeAddressFaults } from './addresses.ts';

/** `language`: of what is said where something is wrong. */
type Deps = Pick<ApiDeps, 'db' | 'secretBox' | 'sourceBounds'> & { language: Language };

/** Of a sync a file may be so much shorter than the last good one, unless told otherwise. */
const FEWER_ROWS_PERCENT_OF_SYNC = 20;

/** The settings of a new source and its secret, sealed, with what stands in for those that were left out. */
export async function newSettings(
  deps: Deps,
  admin: Admin,
  site: SiteRow,
  { siteId: _site, secret, ...asked }: NewSourceRead,
): Promise<{ settings: SourceSettings; secret: string | null }> {
  const options = await refuseParts(deps, admin, site, asked.parts);
  const isSync = options.some(({ action }) => action === 'sync');
  const settings = {
    ...asked,
    parts: tidied(asked.parts),
    fewerRowsPercentMax:
      asked.fewerRowsPercentMax ??
      (isSync && asked.fewerRowsPercentMax === undefined ? FEWER_ROWS_PERCENT_OF_SYNC : null),
    notify: asked.notify ?? (admin.email === null ? [] : [admin.email]),
  };
  await refuseFaults(deps, settings);
  return { settings, secret: sealed(deps, site.id, settings.place, secretOf(secret)) };
}

/**
 * What is to change of a source, and nothing else of it. Whoever changes one thing answers for all: its runs are theirs
 * then.
 */
export async function changedSettings(
  deps: Deps,
  admin: Admin,
  site: SiteRow,
  before: SourceRow,
  { secret, version: _version, ...asked }: SourcePatchRead,
): Promise<{ patch: Partial<SourceSettings>; secret: string | null | undefined }> {
  const given = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
  const patch: Partial<SourceSettings> = { ...given, ...(asked.parts && { parts: tidied(asked.parts) }) };
  const settings = { ...settingsOf(before), ...patch };
  await refuseParts(deps, admin, site, settings.parts);
  await refuseFaults(deps, settings);
  return { patch, secret: changedSecret(deps, before, settings.place, secret) };
}

/** What is sealed for a place that may lead elsewhere than before; undefined: what is there stays. */
function changedSecret(
  deps: Pick<Deps, 'secretBox' | 'language'>,
  before: SourceRow,
  place: SourcePlace,
  asked: SecretAsked | null | undefined,
): string | null | undefined {
  if (asked !== undefined) return sealed(deps, before.siteId, place, secretOf(asked));
  if (before.secret === null) return sealed(deps, before.siteId, place, null);
  if (secretTarget(before.place) !== secretTarget(place))
    throw fault('secret', FAULT_WORDS['secret-elsewhere'][deps.language]);
  // An address that takes none any more.
  return place.kind === 'https' && place.authHeader === null ? null : undefined;
}

function sealed(
  { secretBox, language }: Pick<Deps, 'secretBox' | 'language'>,
  siteId: number,
  place: SourcePlace,
  secret: SourceSecret | null,
): string | null {
  const wrong = secretFault(place, secret, language);
  if (wrong !== null) throw fault('secret', wrong);
  if (secret === null) return null;
  if (!secretBox) throw fault('secret', FAULT_WORDS['secret-keyless'][language]);
  return sealSourceSecret(secretBox, { siteId, place }, secret);
}

export type SecretAsked = { [Name in keyof SourceSecret]?: SourceSecret[Name] | undefined };

/** A secret without anything in it is none. */
export function secretOf(asked: SecretAsked | null): SourceSecret | null {
  const given = Object.entries(asked ?? {}).filter(([, value]) => value !== undefined);
  return given.length === 0 ? null : (Object.fromEntries(given) as SourceSecret);
}

/** Refuses parts that the admin may not run at the site, or nobody. Gives the options that each would run with now. */
export async function refuseParts(
  { db, language }: Pick<Deps, 'db' | 'language'>,
  admin: Admin,
  site: SiteRow,
  parts: readonly SourcePart[],
): Promise<BulkActionOptions[]> {
  requirePermission(admin, 'bulk-actions:run', site);
  const all: BulkActionOptions[] = [];
  for (const [index, part] of parts.entries()) {
    const path = `parts.${index}`;
    const { preset, options } = await checkedPart(db, part, site).catch(at(path));
    requireActionRights(admin, options.action, site, options.absent);
    if (mayInvite(options)) requirePermission(admin, 'invitations:write', site);
    await refuseLimits(db, admin, options, site).catch(
      at(`${path}.options.maxChangePercent`, FAULT_WORDS.unlimited[language]),
    );
    if (part.patterns.length > preset.templates.length)
      throw fault(`${path}.patterns`, patternsFault(preset.name, preset.templates)[language]);
    all.push(options);
  }
  // What a source knows of its people is one list: the second file would miss everybody of the first.
  if (all.filter(({ action }) => action === 'sync').length > 1)
    throw fault('parts', FAULT_WORDS['two-syncs'][language]);
  return all;
}

async function checkedPart(db: Deps['db'], part: SourcePart, site: SiteRow) {
  const chosen = await chosenPreset(db, part.preset, site.id);
  return { preset: chosen.preset, options: optionsFor(chosen, part.options as AskedOptionsRead) };
}

async function refuseFaults({ sourceBounds, language }: Deps, settings: SourceSettings): Promise<void> {
  const { place, schedule, notify } = settings;
  const faults: Fault[] = [
    ...placeAddressFaults(place, sourceBounds, language),
    ...patternFaults(settings, language),
    ...scheduleFaults(schedule, language).map(({ path, message }) => ({ path: `schedule.${path}`, message })),
    ...besideFaults(settings, language),
    ...notify.flatMap((address, index) =>
      isProblem(readEmail(address))
        ? [{ path: `notify.${index}`, message: FAULT_WORDS.email[language] }]
        : [],
    ),
  ];
  if (place.kind === 'sftp' && place.hostKeys.length === 0)
    faults.push({ path: 'place.hostKeys', message: FAULT_WORDS['host-keys'][language] });
  if (place.kind === 'directory' && (await isOutside(place, sourceBounds)))
    faults.push({
      path: 'place.path',
      message: placeProblemWords('not-allowed', { setting: 'SOURCE_DIRECTORIES' }, language),
    });
  if (faults.length > 0) throw new InvalidRequest(faults);
}

/** A folder that is not there yet may come: only where it leads matters now. */
async function isOutside(place: SourcePlace, bounds: Deps['sourceBounds']): Promise<boolean> {
  try {
    await (await openPlace(place, null, bounds)).close();
    return false;
  } catch (error) {
    if (error instanceof PlaceProblem) return error.code === 'not-allowed';
    throw error;
  }
}

export function patternFaults({ parts }: Pick<SourceSettings, 'parts'>, language: Language): Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<string>();
  for (const [part, { patterns }] of parts.entries())
    for (const [index, pattern] of patterns.entries()) {
      const path = `parts.${part}.patterns.${index}`;
      const key = pattern.normalize('NFC').toLowerCase();
      const wrong =
        faultOfPattern(pattern, language) ??
        (seen.has(key) ? FAULT_WORDS['pattern-twice'][language] : undefined);
      if (wrong) faults.push({ path, message: wrong });
      seen.add(key);
    }
  const ofSet =
    faults.length === 0 &&
    faultOfSet(
      parts.flatMap(({ patterns }) => patterns),
      language,
    );
  return ofSet ? [{ path: 'parts', message: ofSet }] : faults;
}

/** Files beside a file: one that says that it is whole, one that says its rows. An address has none. */
function besideFaults({ place, parts, readiness, rowCount }: SourceSettings, language: Language): Fault[] {
  const faults: Fault[] = [];
  const add = (path: string, what: keyof typeof FAULT_WORDS) =>
    faults.push({ path, message: FAULT_WORDS[what][language] });
  if (readiness.kind === 'marker' && rowCount?.kind === 'file' && readiness.suffix === rowCount.suffix)
    add('rowCount.suffix', 'same-beside');
  for (const [path, beside] of [
    ['readiness.suffix', readiness] as const,
    ['rowCount.suffix', rowCount] as const,
  ]) {
    if (!beside || !('suffix' in beside)) continue;
    const ending = beside.suffix.toLowerCase();
    if (isLeftAlone(`x${ending}`)) add(path, 'beside-unfinished');
    else if (parts.some(({ patterns }) => patterns.some((pattern) => pattern.toLowerCase().endsWith(ending))))
      add(path, 'beside-pattern');
  }
  if (place.kind !== 'https') return faults;
  if (readiness.kind === 'marker') add('readiness', 'address-marker');
  if (rowCount?.kind === 'file') add('rowCount', 'address-count');
  if (parts.flatMap(({ patterns }) => patterns).length > 1) add('parts', 'address-parts');
  return faults;
}

/** The settings alone of a source as it is stored. */
export const settingsOf = (row: SourceRow): SourceSettings => ({
  name: row.name,
  place: row.place,
  parts: row.parts,
  schedule: row.schedule,
  readiness: row.readiness,
  rowCount: row.rowCount,
  fewerRowsPercentMax: row.fewerRowsPercentMax,
  setWaitMinutes: row.setWaitMinutes,
  notify: row.notify,
  tells: row.tells,
  freshHours: row.freshHours,
});

/** Options that were left out have no key. */
const tidied = (parts: readonly SourcePart[]): SourcePart[] =>
  parts.map(({ options, ...part }) => ({
    ...part,
    options: Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  }));

const fault = (path: string, message: string) => new InvalidRequest([{ path, message }]);

/** Rethrows, for `catch`: what is wrong with it, told with where it is, or in other words. */
const at =
  (path: string, said?: string) =>
  (error: unknown): never => {
    const isWrong = error instanceof Refusal && !(error instanceof InvalidRequest);
    throw isWrong && ['invalid', 'missing'].includes(error.code) ? fault(path, said ?? error.message) : error;
  };
