// What a draft asks of the API: how its file is read, and with which options its rows are checked.
import type { AskedOptions } from '../../../../api/wire.ts';
import type { RememberedAnswersWire } from '../../../../api/wire-imports.ts';
import { REMEMBERED_OPTIONS } from '../../../../domain/import-draft.ts';
import type { FileAsked } from '../../client/files.ts';
import type { ImportDraft } from '../../client/imports.ts';
import type { PresetWire } from '../../client/presets.ts';

/** How its file is read: without a header row it is looked for. */
export function readingAsked({ siteId, settings }: ImportDraft): FileAsked {
  const { encoding, delimiter, headerRow } = settings.options;
  return {
    site: siteId,
    preset: settings.preset,
    options: {
      ...(encoding != null && { encoding }),
      ...(delimiter != null && { delimiter }),
      ...(headerRow !== undefined && { headerRow }),
    },
  };
}

/** The same for its first rows. */
export const lookingAsked = (draft: ImportDraft, { action }: Options): FileAsked => {
  const asked = readingAsked(draft);
  return { ...asked, options: { ...asked.options, ...(action !== undefined && { action }) } };
};

export type Options = DraftOptions;
type DraftOptions = ImportDraft['settings']['options'];

/** What was chosen; where nothing was, what the site remembers, else what the preset has. */
export function optionsOf(
  { settings }: ImportDraft,
  preset: PresetWire | undefined,
  remembered: RememberedAnswersWire | undefined,
): Options {
  const last = settings.usesRemembered ? (remembered?.options ?? {}) : {};
  const offered = Object.fromEntries(
    REMEMBERED_OPTIONS.flatMap((name) => (last[name] === undefined ? [] : [[name, last[name]]])),
  );
  const presets = preset?.options as Options | undefined;
  return {
    ...(preset && { action: preset.actions[0] as NonNullable<Options['action']> }),
    existing: 'overwrite',
    invite: 'none',
    cardIdType: 'decimal',
    absent: 'archive',
    ...presets,
    ...offered,
    ...settings.options,
  };
}

const UNINVITING: readonly (string | undefined)[] = ['archive', 'anonymize', 'delete'];
/** Actions of whose rows more counts than whom they name. */
export const writes = (action: Options['action']): boolean =>
  action === 'create-or-update' || action === 'create' || action === 'update' || action === 'sync';
export const mayInvite = (action: Options['action']): boolean => !UNINVITING.includes(action);

/** The options as a run is asked for: only what was said, or is remembered, and holds for the action. */
export function runOptionsOf(
  draft: ImportDraft,
  options: Options,
  mapping: Record<string, string | null>,
): AskedOptions {
  const { absent, invite, existing, cardIdType, ...chosen } = { ...options, ...draft.settings.options };
  return {
    ...chosen,
    existing,
    cardIdType,
    invite: mayInvite(options.action) ? invite : 'none',
    ...(options.action === 'sync' && { absent }),
    mapping: { ...chosen.mapping, ...mapping },
  } as AskedOptions;
}
