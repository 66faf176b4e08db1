// Beginning a run: everything that can be refused before it exists is refused here, in words.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import {
  type BulkActionRow,
  findByIdempotencyKey,
  insertBulkAction,
  type NewBulkActionRow,
} from '../db/queries/bulk-actions.ts';
import { getSafeguards, listLimitsBelow } from '../db/queries/safeguards.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { listUploads, type UploadRow } from '../db/queries/uploads.ts';
import type { BulkActionOptions, RunAction } from '../domain/bulk-action.ts';
import type { Preset } from '../domain/preset.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Permission } from '../domain/rights.ts';
import { isSyncGuarded } from '../domain/safeguards.ts';
import { requirePermission, siteFor } from './access.ts';
import { chosenPreset, optionsFor } from './preset-choice.ts';
import { InvalidRequest } from './problems.ts';
import { hashOf, newId } from './secrets.ts';
import type { NewPeopleRunRead } from './wire-new-run.ts';

const PERMISSIONS_OF = {
  'create-or-update': ['people:create', 'people:update'],
  create: ['people:create'],
  update: ['people:update'],
  archive: ['people:archive'],
  restore: ['people:restore'],
  anonymize: ['people:anonymize'],
  delete: ['people:delete'],
  sync: ['people:create', 'people:update', 'people:archive'],
  'add-photos': ['photos:write'],
  'issue-cards': ['cards:write'],
  'revoke-cards': ['cards:write'],
  'change-roles': ['roles:write'],
  // What an undo needs depends on its rows: it is asked under the lock, row by row.
  undo: [],
} as const satisfies Record<RunAction, readonly Permission[]>;

/** What a request began: a new run, or the one that its idempotency key had begun before. */
export type BegunRun = {
  run: BulkActionRow;
  isNew: boolean;
  uploadBytes: number;
  /** Of a run that reads no file: whether steps of their own cost more than they do. */
  isFew?: boolean;
};

/** Puts a run on people into the database. Nothing is started yet. */
export async function beginPeopleRun(
  db: Database,
  admin: Admin,
  asked: NewPeopleRunRead,
  idempotencyKey: string | null,
): Promise<BegunRun> {
  const requestHash = hashOf(JSON.stringify(asked));
  const [site, uploads, before] = await Promise.all([
    siteFor(db, admin, asked.site, 'bulk-actions:run'),
    listUploads(db, asked.files),
    idempotencyKey === null ? undefined : findByIdempotencyKey(db, admin.personId, idempotencyKey),
  ]);
  const uploadBytes = uploads.reduce((sum, upload) => sum + upload.bytes, 0);
  if (before) return { run: sameRequest(before, requestHash), isNew: false, uploadBytes };
  const chosen = await chosenPreset(db, asked.preset, site.id);
  const options = optionsFor(chosen, asked.options);
  requireActionRights(admin, options.action, site);
  if (mayInvite(options)) requirePermission(admin, 'invitations:write', site);
  await refuseLimits(db, admin, options, site);
  refuseFiles(chosen.preset, asked.files);
  const files = asked.files.map((id) => usableUpload(uploads, id, admin));
  const row: NewBulkActionRow = {
    id: newId(),
    siteId: site.id,
    rootId: site.rootId,
    kind: asked.kind,
    preset: chosen.preset.name,
    savedPreset: chosen.saved?.name ?? null,
    options,
    uploadIds: asked.files,
    fileName: files.map((file) => file.name).join(', '),
    isDryRun: asked.dryRun,
    ...starterOf(admin),
    idempotencyKey,
    requestHash,
  };
  const inserted = await insertBulkAction(db, row);
  if (inserted) return { run: inserted, isNew: true, uploadBytes };
  // The same request came in twice in one moment, and the other one was first.
  return beginPeopleRun(db, admin, asked, idempotencyKey);
}

/** True where people would be invited; that a header says so by itself is found when the file is read. */
const mayInvite = ({ invite, mapping }: BulkActionOptions): boolean =>
  invite !== 'none' || Boolean(mapping['send_invitation']);

/** Refuses with `forbidden` whoever lacks a right that the action needs on the run's site. */
export function requireActionRights(admin: Admin, action: RunAction, site: SiteRow): void {
  for (const permission of PERMISSIONS_OF[action]) requirePermission(admin, permission, site);
}

/**
 * Refuses with `forbidden` whoever puts limits in place of the site's without the right to, and with `invalid` a sync
 * that nothing would stop, there or at some site below: a file cut in half would archive half of the people.
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
  throw new Refusal(
    'invalid',
    'A sync archives everybody who is not in the file, so it takes a limit. Say how many people it may change, for example with ' +
      'maxChangePercent (--max-change 20%); or set limits on the site, and on those below that have their own.',
  );
}

/** Who starts a run, as of now: it holds even if that admin is gone before it ends. */
export const starterOf = (admin: Admin) => ({
  byPersonId: admin.personId,
  byName: admin.name || admin.email || 'an admin',
  notifyEmail: admin.email,
  grants: admin.grants,
  scopes: admin.scopes && [...admin.scopes],
});

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

/** The run of an idempotency key. Refuses with `conflict` where it was begun by another request. */
export function sameRequest(run: BulkActionRow, requestHash: string): BulkActionRow {
  if (run.requestHash === requestHash) return run;
  throw new Refusal(
    'conflict',
    `This Idempotency-Key has started run ${run.id} with another request. Use a new key.`,
    { bulkActionId: run.id },
  );
}

/** The upload of this id, if it is of the admin's organisation and its content is still there. */
export function usableUpload(uploads: readonly UploadRow[], id: string, admin: Admin): UploadRow {
  const upload = uploads.find((candidate) => candidate.id === id);
  const isOurs = upload?.byPersonId === admin.personId || upload?.rootId === admin.rootId;
  if (!upload || !isOurs)
    throw new Refusal('missing', 'There is no such upload. Send the file to POST /v1/files.');
  if (upload.isDeleted)
    throw new Refusal('gone', 'This upload has been used and deleted. Upload the file again.');
  return upload;
}
