// A run as its workflow holds it: how far it is, who may ask, and what an operator sees of it.
import {
  CancellationScope,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isFinal, type Phase, type State } from '../domain/bulk-action.ts';
import {
  type BulkActionInput,
  type BulkActionStatus,
  cancelUpdate,
  lockGrantedSignal,
  SEARCH_ATTRIBUTES,
  statusQuery,
} from './contract.ts';
import { progressLine } from './progress.ts';

/** Rows up to which a run takes its steps inside its own workflow task. */
const SMALL_ROWS_MAX = 1_000;

export class Run {
  readonly input: BulkActionInput;
  /** Everything that a cancel stops. */
  readonly scope = new CancellationScope();
  state: State = 'staging';
  phase: Phase | null = null;
  /** The sites that the rows touch: those whose lock is needed. */
  siteIds: number[];
  rowsDone = 0;
  rowsTotal: number | null = null;
  /** The fencing token of the lock that the run holds. */
  token: number | undefined;
  /** The newest token that `edit-locks` has sent. */
  grantedToken: number | undefined;
  isCancelling = false;

  constructor(input: BulkActionInput) {
    this.input = input;
    this.token = input.resume?.token;
    this.siteIds = input.resume?.siteIds ?? [];
  }

  get isSmall(): boolean {
    return this.rowsTotal !== null && this.rowsTotal <= SMALL_ROWS_MAX;
  }

  /** True where the history has grown so long that the run should go on in a new one, at a batch's edge. */
  get mustContinueAsNew(): boolean {
    return this.state === 'applying' && workflowInfo().continueAsNewSuggested;
  }

  moveTo(state: State): void {
    this.state = state;
    this.phase = null;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.state, value: state }]);
    this.tell();
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
    const { state, phase, rowsDone, rowsTotal, isCancelling } = this;
    return { state, phase, rowsDone, rowsTotal, isCancelling };
  }

  private tell(): void {
    const { action, siteId } = this.input;
    const { state, phase, rowsDone, rowsTotal } = this;
    setCurrentDetails(progressLine({ action, siteId, state, phase, rowsDone, rowsTotal }));
  }
}

/** Makes the run and registers its handlers, before anything is awaited, so that no message is missed. */
export function setup(input: BulkActionInput): Run {
  const run = new Run(input);
  setHandler(statusQuery, () => run.status());
  setHandler(lockGrantedSignal, ({ token }) => {
    run.grantedToken = token;
  });
  setHandler(
    cancelUpdate,
    (_by) => {
      run.isCancelling = true;
      run.scope.cancel();
    },
    {
      validator: (_by) => {
        if (isFinal(run.state)) throw new Error(`The run has ended: it is ${run.state}.`);
      },
    },
  );
  return run;
}
