// What is said of a follow-up: how it stands, what comes next, and how to see who is missing.
import type { FollowUpWire } from '../api/wire-follow-ups.ts';
import { missingWords, standingWords } from '../domain/follow-up-words.ts';
import { MUSTER } from './command-name.ts';

const atMs = (moment: string | null): number | null => (moment === null ? null : Date.parse(moment));
const shown = (moment: string): string => `${moment.slice(0, 16).replace('T', ' ')} UTC`;

/** `Waiting · 412 of 1,205 photos · 38 to review · ends 20 Dec`. */
export const followUpWords = ({ state, endedBecause, counts, deadlineAt }: FollowUpWire): string =>
  standingWords({ state, endedBecause, counts, deadlineAt: atMs(deadlineAt), now: Date.now() });

/** The lines for a person. */
export function followUpLines(id: string, followUp: FollowUpWire): string[] {
  const { state, counts, nextReminderAt, endedAt } = followUp;
  const lines = [`Follow-up: ${followUpWords(followUp)}`];
  if (state !== 'ended' && nextReminderAt) lines.push(`Next reminder: ${shown(nextReminderAt)}`);
  if (endedAt) lines.push(`Ended: ${shown(endedAt)}`);
  const missing = counts ? missingWords(counts) : [];
  if (missing.length > 0)
    lines.push(`Missing: ${missing.join(', ')}. Who: ${MUSTER} follow-up ${id} --people`);
  return lines;
}
