// A sync as its workflow holds it: where it is, what it has been told, and what an operator sees of it.
import { setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { SourceSyncInput, SourceSyncStatus, SyncEnd, SyncPatience, SyncState } from './contract.ts';
import { syncLine } from './progress.ts';

const PATIENCE: SyncPatience = {
  arrivingMs: 15 * 60_000,
  placeTries: 12,
  lookMs: 2_000,
  lookMsMax: 60_000,
};

/** Blackout hours can be changed while a sync waits for their end: so often it looks whether they still hold. */
const BLACKOUT_LOOK_MS = 10 * 60_000;

export class SourceSync {
  readonly id: number;
  readonly patience: SyncPatience;
  /** The pause of which somebody who asked for the sync knew: it does not hold this sync. */
  knownPause: number | null;
  siteId: number | null = null;
  state: SyncState = 'beginning';
  deliveryId: number | null = null;
  bulkActionId: string | null = null;
  until: number | null = null;
  deliveries = 0;
  endedBecause: SyncEnd = 'done';
  /** How long it still waits for files that arrive. */
  arrivingLeftMs: number;
  /** Syncs in a row that had failed before. */
  failures = 0;
  /** True where the place was looked at, and had something or nothing. */
  isPlaceFine = false;
  /** Mails that are sent once the files are where they say; should the sync be lost before, the sweep sends them. */
  readonly mailIds: number[] = [];
  /** The run that has said that it asks. */
  asking: string | null = null;

  constructor(input: SourceSyncInput) {
    this.id = input.id;
    this.patience = { ...PATIENCE, ...input.patience };
    this.knownPause = input.knownPause ?? null;
    this.arrivingLeftMs = this.patience.arrivingMs;
  }

  /** True where the history has grown so long that it should go on in a new one. */
  get mustContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested;
  }

  moveTo(state: SyncState, bulkActionId: string | null = null): void {
    this.state = state;
    this.bulkActionId = bulkActionId;
    this.tell();
  }

  /** Waits for a moment; for the end of blackout hours in steps, before each of which they are asked for anew. */
  async waitUntil(state: 'blackout' | 'arriving', until: number): Promise<void> {
    this.until = until;
    this.moveTo(state);
    const waitMs = Math.max(1, Math.ceil(until - Date.now()));
    await sleep(state === 'blackout' ? Math.min(waitMs, BLACKOUT_LOOK_MS) : waitMs, { summary: state });
    this.until = null;
  }

  status(): SourceSyncStatus {
    const { state, deliveryId, bulkActionId, until, deliveries } = this;
    return { state, deliveryId, bulkActionId, until, deliveries };
  }

  private tell(): void {
    const { id, siteId } = this;
    setCurrentDetails(syncLine({ id, siteId, endedBecause: this.endedBecause, ...this.status() }));
  }
}
