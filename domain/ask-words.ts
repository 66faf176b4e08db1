// What a run asks, in words: why it has not gone on by itself, and who can let it.
import type { Ask } from './ask.ts';
import type { WaitingState } from './bulk-action.ts';
import type { Limited } from './limits.ts';
import type { TrippedLimit } from './safeguards.ts';

const LIMITED_WORDS = {
  changed: 'would change',
  created: 'would create',
  archived: 'would archive',
  removed: 'would remove for good',
} as const satisfies Record<Limited, string>;

/** For example *It would archive 512 of 1,000 people, and at most 10% are allowed.* */
function trippedWords({ limited, limit, actual, activePeople, siteId }: TrippedLimit): string {
  const most = [
    ...(typeof limit.percent === 'number' ? [`${limit.percent}%`] : []),
    ...(typeof limit.people === 'number' ? [`${limit.people} people`] : []),
  ].join(' or ');
  const whose = siteId === null ? '' : ` by site ${siteId}`;
  return `It ${LIMITED_WORDS[limited]} ${actual} of ${activePeople} active people; at most ${most} are allowed${whose}.`;
}

/** Why a run waits, sentence by sentence. */
export function askSentences(
  { why, tripped, approvals, grown, shrunk }: Pick<Ask, 'why' | 'tripped' | 'approvals' | 'grown' | 'shrunk'>,
  state: WaitingState,
): string[] {
  const rows = (count: number) => (count === 1 ? '1 row' : `${count} rows`);
  if (state === 'awaiting-approval') return [`Another admin has to approve it: ${approvals.join(', ')}.`];
  if (state === 'grace-period') return ['It goes on by itself unless somebody cancels it.'];
  return [
    ...(why.includes('grown')
      ? [`The plan has grown since it was agreed to: ${rows(grown)} would do something else or more.`]
      : []),
    ...(why.includes('grown') && shrunk > 0 ? [`${rows(shrunk)} would do less.`] : []),
    ...tripped.map(trippedWords),
    ...(why.includes('dry-run') ? ['It is a dry run: nothing is written until it is confirmed.'] : []),
  ];
}

/** Why a run waits that nobody has asked to: a stable code and a sentence. Undefined for a plan that was asked for. */
export function stopOf(
  ask: Pick<Ask, 'why' | 'tripped' | 'approvals' | 'grown' | 'shrunk'>,
  state: WaitingState,
  isDryRun: boolean,
): { code: string; message: string } | undefined {
  const message = askSentences(ask, state).join(' ');
  if (state !== 'awaiting-confirmation') return { code: state, message };
  if (ask.why.includes('grown')) return { code: 'plan-grown', message };
  if (isDryRun) return undefined;
  return { code: 'limit-passed', message };
}
