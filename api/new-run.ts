// Beginning a run: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import type { NewBulkActionRow } from '../db/queries/bulk-actions.ts';
import { getSafeguards, listLimitsBelow } from '../db/queries/safeguards.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { listUploads } from '../db/queries/uploads.ts';
import {
  type AbsentMode,
  type BulkActionOptions,
  DEFAULT_OPTIONS,
  type RunAction,
} from '../domain/bulk-action.ts';
import type { Preset } from '../domain/preset.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Permission } from '../domain/rights.ts';
import { isSyncGuarded } from '../domain/safeguards.ts';
import { requirePermission, siteFor } from './access.ts';
import { type BegunRun, beginOnce, usableUpload } from './begin-once.ts';
import { chosenPreset, optionsFor } from './preset-choice.ts';
import { InvalidRequest } from './problems.ts';
import type { NewPeopleRunRead } from './wire-new-run.ts';

/** What else a sync needs, by what becomes of people who are not in its file. */
const PERMISSIONS_OF_ABSENT = {
  archive: ['people:archive'],
  delete: ['people:delete'],
  keep: [],
} as const satisfies Record<AbsentMode, readonly Permission[]>;

const PERMISSIONS_OF = {
  'create-or-update': ['people:create', 'people:update'],
  create: ['people:create'],
  update: ['people:update'],
  archive: ['people:archive'],
  restore: ['people:restore'],
  anonymize: ['people:anonymize'],
  delete: ['people:delete'],
  sync: ['people:create', 'people:update'],
  'add-photos': ['photos:write'],
  'issue-cards': ['cards:write'],
  'revoke-cards': ['cards:write'],
  'change-roles': ['roles:write'],
  // What an undo needs depends on its rows: it is asked under the lock, row by row.
  undo: [],
} as const satisfies Record<RunAction, readonly Permission[]>;

/** Of a run that a source begins: what it is of, and among whom somebody can be absent. */
export type RunOfSource = Required<Pick<NewBulkActionRow, 'sourceId' | 'sourceDeliveryId'>> &
  Pick<BulkActionOptions, 'absentAmong'>;

/** Puts a run on people into the database. Nothing is started yet. A source tells nobody by mail who began its run. */
export const beginPeopleRun = (
  db: Database,
  admin: Admin,
  asked: NewPeopleRunRead,
  idempotencyKey: string | null,
  ofSource?: RunOfSource,
): Promise<BegunRun> =>
  beginOnce(db, admin, {
    content: asked,
    idempotencyKey,
    async look() {
      const [site, uploads] = await Promise.all([
        siteFor(db, admin, asked.site, 'bulk-actions:run'),
        listUploads(db, asked.files),
      ]);
      return { site, uploads };
    },
    async prepare({ site, uploads }) {
      const chosen = await chosenPreset(db, asked.preset, site.id);
      const { absentAmong = DEFAULT_OPTIONS.absentAmong, ...source } = ofSource ?? {};
      const options = { ...optionsFor(chosen, asked.options), absentAmong };
      requireActionRights(admin, options.action, site, options.absent);
      if (mayInvite(options)) requirePermission(admin, 'invitations:write', site);
      await refuseLimits(db, admin, options, site);
      refuseFiles(chosen.preset, asked.files);
      const files = asked.files.map((id) => usableUpload(uploads, id, admin));
      return {
        row: {
          siteId: site.id,
          rootId: site.rootId,
          kind: asked.kind,
          preset: chosen.preset.name,
          savedPreset: chosen.saved?.name ?? null,
          options,
          uploadIds: asked.files,
          fileName: files.map((file) => file.name).join(', '),
          isDryRun: asked.dryRun,
          ...source,
          ...(ofSource && { notifyEmail: null }),
        },
      };
    },
  });

/** True where people would be invited; that a header says so by itself is found when the file is read. */
export const mayInvite = ({ invite, mapping }: BulkActionOptions): boolean =>
  invite !== 'none' || Boolean(mapping['send_invitation']);

/** Refuses with `forbidden` whoever lacks a right that the action needs on the run's site. */
export function requireActionRights(
  admin: Admin,
  action: RunAction,
  site: SiteRow,
  absent: AbsentMode = DEFAULT_OPTIONS.absent,
): void {
  const further = action === 'sync' ? PERMISSIONS_OF_ABSENT[absent] : [];
  for (const permission of [...PERMISSIONS_OF[action], ...further])
    requirePermission(admin, permission, site);
}

/**
 * Refuses with `forbidden` whoever lacks a right that a preset asks of those who run it: a source runs what its preset
 * says by then with the rights of its owner, who would not know. To create and to update is what any of them may say.
 */
export function requirePresetRights(admin: Admin, options: BulkActionOptions, site: SiteRow): void {
  const { action, absent } = options;
  const plain: readonly Permission[] = PERMISSIONS_OF['create-or-update'];
  const needed: readonly Permission[] = [
    ...PERMISSIONS_OF[action],
    ...(action === 'sync' ? PERMISSIONS_OF_ABSENT[absent] : []),
  ];
  for (const permission of needed)
    if (!plain.includes(permission)) requirePermission(admin, permission, site);
  if (mayInvite(options)) requirePermission(admin, 'invitations:write', site);
  if (options.replacesLimits) requirePermission(admin, 'safeguards:override', site);
}

/**
 * Refuses with `forbidden` whoever puts limits in place of the site's without the right to, and with `invalid` a sync
 * that nothing would stop, there or at some site below: a file cut in half would take away half of the people.
 */
export async function refuseLimits(
  db: Database,
  admin: Admin,
  options: BulkActionOptions,
  site: SiteRow,
): Promise<void> {
  if (options.replacesLimits) requirePermission(admin, 'safeguards:override', site);
  if (options.action !== 'sync') return;
  const { limits } = await getSafeguards(db, site.id);
  // Which sites are in the file is known once it is read.
  const all = [limits, ...(await listLimitsBelow(db, site.id))];
  if (all.every((one) => isSyncGuarded(options, { limits: one }))) return;
  const going = options.absent === 'delete' ? 'deletes' : 'archives';
  throw new Refusal(
    'invalid',
    `A sync ${going} everybody who is not in the file, so it takes a limit. Say how many people it may change, for example with ` +
      'maxChangePercent (--max-change 20%); or set limits on the site, and on those below that have their own.',
  );
}

function refuseFiles({ name, templates }: Preset, files: readonly string[]): void {
  const refuse = (message: string): never => {
    throw new InvalidRequest([{ path: 'files', message }]);
  };
  if (new Set(files).size < files.length) refuse('One upload is named twice. Upload each file once.');
  if (files.length <= templates.length) return;
  refuse(
    templates.length === 1
      ? `A run of the preset ${name} takes one file. Start a run for each.`
      : `A run of the preset ${name} takes ${templates.length} files at most: ${templates.join(', ')}.`,
  );
}
