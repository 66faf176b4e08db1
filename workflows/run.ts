// A run as its workflow holds it: how far it is, what it waits for, and what an operator sees of it.
import {
  CancellationScope,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Phase, State, WaitingState } from '../domain/bulk-action.ts';
import { type BulkActionInput, type BulkActionStatus, SEARCH_ATTRIBUTES } from './contract.ts';
import { progressLine } from './progress.ts';

/** Rows up to which a run takes its steps inside its own workflow task. */
const SMALL_ROWS_MAX = 1_000;

export class Run {
  readonly input: BulkActionInput;
  /** Everything that a cancel or a pause stops. */
  private scope = new CancellationScope();
  state: State = 'staging';
  phase: Phase | null = null;
  isStaged: boolean;
  /** True for a run that asks people before it takes its lock for the first time. */
  asksFirst: boolean;
  /** The sites that the rows touch: those whose lock is needed. */
  siteIds: number[];
  rowsDone = 0;
  rowsTotal: number | null = null;
  /** The fencing token of the lock that the run holds. */
  token: number | undefined;
  /** The newest token that `edit-locks` has sent. */
  grantedToken: number | undefined;
  /** How often people were asked about the plan, and until when they have time: milliseconds since 1970. */
  round = 0;
  untilMs: number | null = null;
  /** Who has confirmed the plan that is asked about. */
  confirmedBy: number | null = null;
  /** The last round that is void: its rows were mended since. */
  private voidRound = 0;
  isCancelling = false;
  isPaused = false;
  /** True where a pause has stopped the attempt under way, be it over since. */
  isHeld = false;
  /** How often the run was resumed: a pause that a step has found is over where it began before the last time. */
  resumes = 0;
  /** True once nothing can change any more how the run ends. */
  isEnding = false;

  constructor(input: BulkActionInput) {
    this.input = input;
    this.token = input.resume?.token;
    this.siteIds = input.resume?.siteIds ?? [];
    this.isStaged = input.resume !== undefined;
    this.asksFirst = input.isDryRun === true && !this.isStaged;
  }

  /** A sync is not: a few rows may stand against all people of a site. */
  get isSmall(): boolean {
    return this.rowsTotal !== null && this.rowsTotal <= SMALL_ROWS_MAX && this.input.action !== 'sync';
  }

  /** True where the history has grown so long that the run should go on in a new one, at a batch's edge. */
  get mustContinueAsNew(): boolean {
    return this.state === 'applying' && workflowInfo().continueAsNewSuggested;
  }

  /** Does the work until it is done, or a cancel or a pause stops it: then it fails with a cancellation. */
  async attempt(work: () => Promise<void>): Promise<void> {
    this.scope = new CancellationScope();
    this.isHeld = false;
    if (this.isCancelling) this.scope.cancel();
    await this.scope.run(work);
  }

  cancel(): void {
    this.isCancelling = true;
    this.scope.cancel();
  }

  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.isHeld = true;
    this.scope.cancel();
    this.tell();
  }

  /** Pauses as the database has told a step that began after so many resumes; one that was too early stops the attempt alone. */
  pauseAsFound(resumes: number): void {
    this.isHeld = true;
    if (resumes === this.resumes) this.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.resumes += 1;
    this.tell();
  }

  moveTo(state: State): void {
    this.state = state;
    this.phase = null;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.state, value: state }]);
    this.tell();
  }

  /** Waits for people from now on, or for something else than before. */
  waitFor({ state, round, untilMs }: { state: WaitingState; round: number; untilMs: number }): void {
    if (round !== this.round) this.confirmedBy = null;
    this.round = round;
    this.untilMs = untilMs;
    this.moveTo(state);
    if (this.voidRound >= round) this.checkAgain(round);
  }

  /** Sends a run that asks in this round back to its check, at once or as soon as it hears that it asks. */
  checkAgain(round: number): void {
    this.voidRound = Math.max(this.voidRound, round);
    if (this.state !== 'awaiting-confirmation' || this.round > this.voidRound || this.isEnding) return;
    this.asksFirst = true;
    this.moveTo('checking');
  }

  enter(phase: Phase): void {
    this.phase = phase;
    this.tell();
  }

  advance(rows: number): void {
    this.rowsDone += rows;
    this.tell();
  }

  status(): BulkActionStatus {
    const { state, phase, rowsDone, rowsTotal, isCancelling, isPaused, round } = this;
    return { state, phase, rowsDone, rowsTotal, isCancelling, isPaused, round };
  }

  private tell(): void {
    const { action, siteId } = this.input;
    const { state, phase, rowsDone, rowsTotal, isPaused } = this;
    setCurrentDetails(progressLine({ action, siteId, state, phase, rowsDone, rowsTotal, isPaused }));
  }
}
