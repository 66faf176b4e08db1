// What kinds of bulk action differ in: how their rows are staged, planned and applied. All else they share.
import type { FileStore } from '../adapters/files.ts';
import type { Database } from '../db/client.ts';
import type { ChunkOutcomes, ChunkRun, failRow } from '../db/queries/apply/chunks.ts';
import type { Run } from '../db/queries/runs.ts';
import type { StagingRun } from '../db/queries/staging.ts';
import type { BatchSizes, RowRange } from '../domain/batch.ts';
import type { Phase } from '../domain/bulk-action.ts';
import type { PictureDesk } from './stage/picture-desk.ts';

export type StageMeans = { db: Database; files: FileStore; desk: PictureDesk };

/** How many rows were staged, and the sites that they touch: those to be locked. */
export type StageResult = { rows: number; siteIds: number[] };

export type CheckMeans = {
  db: Database;
  sizes: BatchSizes;
  lanes: number;
  /** How long people have to answer what a run asks. */
  consentMinutes: number;
  /** Whether rows that change nothing are planned apart; left out, that is decided by the file. */
  skims?: boolean;
};

type Apply = (db: Database, run: ChunkRun, range: RowRange) => Promise<ChunkOutcomes>;

/**
 * The plain form fails as a whole where a key is taken; the careful one, where there is one, leaves the row out. `fail`
 * gives what can't be halved any more its outcome: a row, unless it is said otherwise.
 */
export type Statements = { plain: Apply; careful?: Apply; fail?: typeof failRow };

export type KindSteps = {
  /** Makes the rows of a run that is not staged, and marks it so. An attempt starts over. */
  stage(means: StageMeans, run: StagingRun): Promise<StageResult>;
  /** Gives every row of a run that is being checked its plan or its outcome. Again, after a plan was taken back, it plans anew. */
  plan(db: Database, run: Run, means: CheckMeans): Promise<void>;
  /** Keeps what the open rows of the plan would change, before and after, as that of a round of asking. */
  notePlanned(db: Database, bulkActionId: string, round: number): Promise<void>;
  /** By the phases that the plan has. */
  statements: Partial<Record<Phase, Statements>>;
};
