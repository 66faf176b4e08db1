// The statements by which a run on people applies its phases.
import { applyAnonymizeChunk } from '../db/queries/apply/anonymize-chunks.ts';
import { applyArchiveChunk } from '../db/queries/apply/archive-chunks.ts';
import { applyCreateChunk } from '../db/queries/apply/create-chunks.ts';
import { applyDeleteChunk } from '../db/queries/apply/delete-chunks.ts';
import { applyHandOverChunk, failHandOver } from '../db/queries/apply/hand-over-chunks.ts';
import { applyRestoreChunk } from '../db/queries/apply/restore-chunks.ts';
import { applyUpdateChunk } from '../db/queries/apply/update-chunks.ts';
import type { Phase } from '../domain/bulk-action.ts';
import type { Statements } from './kind.ts';

/** How a run on people applies each phase. */
export const PEOPLE_STATEMENTS: Record<Phase, Statements> = {
  archive: { plain: applyArchiveChunk },
  anonymize: { plain: applyAnonymizeChunk },
  delete: { plain: applyDeleteChunk },
  restore: {
    plain: applyRestoreChunk,
    careful: (db, run, range) => applyRestoreChunk(db, run, range, true),
  },
  'hand-over': { plain: applyHandOverChunk, fail: failHandOver },
  update: { plain: applyUpdateChunk },
  create: {
    plain: applyCreateChunk,
    careful: (db, run, range) => applyCreateChunk(db, run, range, true),
  },
};
