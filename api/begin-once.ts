// The way in which every run begins, whatever its kind: once for each request, however often that is sent.
import type { Database } from '../db/client.ts';
import type { Admin } from '../db/queries/admins.ts';
import {
  type BulkActionRow,
  findByIdempotencyKey,
  insertBulkAction,
  type NewBulkActionRow,
} from '../db/queries/bulk-actions.ts';
import type { SiteRow } from '../db/queries/sites.ts';
import { isSecondUndo } from '../db/queries/undo-history.ts';
import type { UploadRow } from '../db/queries/uploads.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Selection } from '../domain/selection.ts';
import { hashOf, newId } from './secrets.ts';

/** What a request began: a new run, or the one that its idempotency key had begun before. */
export type BegunRun = {
  run: BulkActionRow;
  isNew: boolean;
  uploadBytes: number;
  /** Of a run that reads no file: whether steps of their own cost more than they do. */
  isFew?: boolean;
};

/** What is looked up before anything is judged. `uploads`: those of a run that reads files; left out by other kinds. */
type Seen = { site?: SiteRow; uploads?: readonly UploadRow[] };

/** A run's row but for what each has alike, with the selection where it has one. */
type PreparedRun = {
  row: Omit<NewBulkActionRow, 'id' | 'idempotencyKey' | 'requestHash' | keyof ReturnType<typeof starterOf>> &
    Partial<Pick<NewBulkActionRow, 'notifyEmail'>>;
  selection?: Selection | undefined;
  isFew?: boolean;
};

type Beginning<What extends Seen> = {
  /** What is asked for: with the same idempotency key it must be the same. */
  content: unknown;
  idempotencyKey: string | null;
  /** Looks up what the request names, while its key is looked up. Refuses whoever may not begin a run there. */
  look: () => Promise<What>;
  /** Not called where the key has begun a run before. Refuses what can't be. */
  prepare: (seen: What) => Promise<PreparedRun>;
};

/** Puts a run into the database, or finds the one that the same request has put there. Nothing is started yet. */
export async function beginOnce<What extends Seen>(
  db: Database,
  admin: Admin,
  beginning: Beginning<What>,
): Promise<BegunRun> {
  const { content, idempotencyKey, look, prepare } = beginning;
  const requestHash = hashOf(JSON.stringify(content));
  const [seen, before] = await Promise.all([
    look(),
    idempotencyKey === null ? undefined : findByIdempotencyKey(db, admin.personId, idempotencyKey),
  ]);
  const size = sizeOf(seen);
  if (before) return { run: sameRequest(before, requestHash), isNew: false, ...size };
  const { row, selection, isFew } = await prepare(seen);
  const whole = { id: newId(), ...starterOf(admin), ...row, idempotencyKey, requestHash };
  const run = await insertFirst(db, whole, selection);
  if (run) return { run, isNew: true, ...size, ...(isFew !== undefined && { isFew }) };
  // Somebody asked for the same in the same moment and was first: the next look finds theirs.
  return beginOnce(db, admin, beginning);
}

/** How much there is to do, as far as that is known of a request: of one without files, nothing. */
const sizeOf = ({ uploads }: Seen): Pick<BegunRun, 'uploadBytes' | 'isFew'> =>
  uploads === undefined
    ? { uploadBytes: 0, isFew: false }
    : { uploadBytes: uploads.reduce((sum, upload) => sum + upload.bytes, 0) };

/** The row of a run that reads no file and no preset, as its kind and options have it. */
export const bareRow = (
  site: SiteRow,
  { kind, dryRun }: { kind: NewBulkActionRow['kind']; dryRun: boolean },
  options: NewBulkActionRow['options'],
): PreparedRun['row'] => ({
  siteId: site.id,
  rootId: site.rootId,
  kind,
  preset: 'people',
  options,
  uploadIds: [],
  fileName: null,
  isDryRun: dryRun,
});

/** Undefined where the same request, or another undo of the same run, was there first. */
const insertFirst = (
  db: Database,
  row: NewBulkActionRow,
  selection: Selection | undefined,
): Promise<BulkActionRow | undefined> =>
  insertBulkAction(db, row, selection).catch((error: unknown) => {
    if (isSecondUndo(error)) return undefined;
    throw error;
  });

/** Who starts a run, as of now: it holds even if that admin is gone before it ends. */
const starterOf = (admin: Admin) => ({
  byPersonId: admin.personId,
  byName: admin.name || admin.email || 'an admin',
  notifyEmail: admin.email,
  grants: admin.grants,
  scopes: admin.scopes && [...admin.scopes],
});

/** The run of an idempotency key. Refuses with `conflict` where it was begun by another request. */
function sameRequest(run: BulkActionRow, requestHash: string): BulkActionRow {
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
