// Webhooks: what others can hear of runs and their follow-ups, what a message says, and how often one is sent before it is given up.
import type { Ask } from './ask.ts';
import type { CancelReason, Counts, Kind, RunAction, State } from './bulk-action.ts';
import { type FollowUpCounts, type FollowUpEnd, NO_FOLLOW_UP_COUNTS } from './follow-up.ts';

/** What a webhook can hear of. A run that waits for people, whatever for, is one event: `data.state` says what it waits for. */
export const WEBHOOK_EVENTS = [
  'bulk-action.completed',
  'bulk-action.rejected',
  'bulk-action.cancelled',
  'bulk-action.awaiting-consent',
  'follow-up.ended',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** The type of a message that an admin has sent to see whether it arrives. Every webhook hears it. */
export const TEST_EVENT = 'webhook.test';

export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What a run asks, in numbers. */
export type WebhookAsk = Omit<Ask, 'settled'> & { round: number; until: string | null };

/** A run, as a message tells of it: nothing that names anybody, nor a file. */
export type WebhookRun = {
  id: string;
  site: number;
  kind: Kind;
  action: RunAction;
  isDryRun: boolean;
  state: State;
  /** What became of the rows; of a run that waits, what the plan would make of them. */
  counts: Counts | null;
  /** Why nothing was run: the code of it. */
  error: { code: string } | null;
  cancelReason: CancelReason | null;
  ask: WebhookAsk | null;
};

/** How the follow-up of a run ended; `id` is the run's. */
export type WebhookFollowUp = { id: string; site: number; because: FollowUpEnd; followUp: FollowUpCounts };

/** A message as it is kept, from when it happened. */
export type WebhookPayload = {
  type: WebhookEvent | typeof TEST_EVENT;
  timestamp: string;
  data: WebhookRun | WebhookFollowUp | { webhook: number };
};

/**
 * The body of a message, byte for byte the same at each attempt. `runUrl` says where a run is looked at; it is known
 * where messages are sent, and not where they are made.
 */
export function bodyOf({ type, timestamp, data }: WebhookPayload, runUrl: (id: string) => string): string {
  const said = 'id' in data ? { ...inOrder(data), url: runUrl(data.id) } : data;
  return JSON.stringify({ type, timestamp, data: said });
}

/** The database keeps no order of keys, and people read the body too. */
const inOrder = (told: WebhookRun | WebhookFollowUp): WebhookRun | WebhookFollowUp =>
  'because' in told
    ? { id: told.id, site: told.site, because: told.because, followUp: inOrderOfCounts(told.followUp) }
    : runInOrder(told);

const inOrderOfCounts = (counts: FollowUpCounts): FollowUpCounts =>
  Object.fromEntries(
    Object.keys(NO_FOLLOW_UP_COUNTS).map((name) => [name, counts[name as keyof FollowUpCounts]]),
  ) as FollowUpCounts;

const runInOrder = (run: WebhookRun): WebhookRun => ({
  id: run.id,
  site: run.site,
  kind: run.kind,
  action: run.action,
  isDryRun: run.isDryRun,
  state: run.state,
  counts: run.counts,
  error: run.error,
  cancelReason: run.cancelReason,
  ask: run.ask,
});

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long after each failed attempt the next one is made: about a day in all. After the last the message is given up. */
export const RETRY_GAPS_MS = [
  5 * SECOND_MS,
  20 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  7 * HOUR_MS,
  10 * HOUR_MS,
] as const;

/** How long a secret that was replaced goes on signing beside the new one. */
export const FORMER_SECRET_HOURS = 24;
