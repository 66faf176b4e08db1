// A follow-up as its workflow holds it: what it was told since it last looked, and what an operator sees of it.
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import {
  type FollowUpCounts,
  type FollowUpEnd,
  type FollowUpState,
  nextReminderAt,
} from '../domain/follow-up.ts';
import { standingWords } from '../domain/follow-up-words.ts';
import { type FollowUpInput, type FollowUpProgress, SEARCH_ATTRIBUTES } from './contract.ts';
import type { briefSteps } from './proxies.ts';

type Counted = NonNullable<Awaited<ReturnType<typeof briefSteps.countFollowUp>>>;

/** Sooner than the server asks for it: whoever is told often reads a history that is short. */
const HISTORY_EVENTS_MAX = 2_000;

export class FollowUp {
  readonly input: FollowUpInput;
  state: FollowUpState = 'inviting';
  counts: FollowUpCounts | null = null;
  endedBecause: FollowUpEnd | null = null;
  deadlineAt: number | null = null;
  remindersAt: readonly number[] = [];
  remindersSent = 0;
  /** Somebody has said that there is something to look at. */
  isNudged = false;
  /** An admin wants it to end. */
  closing: { byPersonId: number | null } | null = null;

  constructor(input: FollowUpInput) {
    this.input = input;
  }

  /** True where the history has grown so long that it should go on in a new one. */
  get mustContinueAsNew(): boolean {
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    const { historyEventsMax = HISTORY_EVENTS_MAX } = this.input;
    return continueAsNewSuggested || historyLength >= historyEventsMax;
  }

  take({ state, counts, deadlineAt, remindersAt, remindersSent }: Counted): void {
    this.counts = counts;
    this.deadlineAt = deadlineAt;
    this.remindersAt = remindersAt;
    this.remindersSent = remindersSent;
    if (state !== this.state) this.moveTo(state);
    else this.tell();
  }

  moveTo(state: FollowUpState): void {
    this.state = state;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.state, value: state }]);
    this.tell();
  }

  progress(): FollowUpProgress {
    const { state, counts, deadlineAt, remindersAt, remindersSent } = this;
    return {
      state,
      counts,
      deadlineAt,
      nextReminderAt: state === 'ended' ? null : nextReminderAt(remindersAt, remindersSent),
      remindersSent,
    };
  }

  private tell(): void {
    const { state, endedBecause, counts, deadlineAt, input } = this;
    const standing = standingWords({ state, endedBecause, counts, deadlineAt, now: Date.now() });
    setCurrentDetails(`Follow-up of run ${input.id} · site ${input.siteId} · ${standing}`);
  }
}
