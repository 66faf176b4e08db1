// The review of photos that cardholders sent: decided about, one or many, and taken back while nobody has been told.
import { sql } from 'drizzle-orm';
import {
  type Crop,
  DECISION_GRACE_SECONDS,
  type DeclineReason,
  type PhotoState,
  REOPENED_DAYS,
} from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';
import type { Holder } from '../people.ts';
import { sentAgainWherePassing } from './sent-again.ts';

/** Who decided what about a photo before. The name is as the person is called now; null where nobody is left. */
export type FormerDecision = { state: PhotoState; by: string | null; at: Date | null };

/**
 * What became of a photo that was to be decided about: `decided`, with the mail that tells the cardholder and the runs
 * whose follow-ups wait for it; else it is as it was, because somebody was quicker, a run holds the site, the person is
 * not active, or there is no such photo any more.
 */
export type Decided = { id: string } & (
  | { kind: 'decided'; mailId: number | null; runIds: string[] }
  | { kind: 'not-waiting'; former: FormerDecision }
  | { kind: 'locked'; holder: Holder }
  | { kind: 'not-active' }
  | { kind: 'missing' }
);

type Verdict = {
  state: 'approved' | 'declined';
  byPersonId: number;
  crop?: Crop | undefined;
  reasons?: readonly DeclineReason[];
  note?: string | null;
};

/** Each photo takes the place of the one before; with a crop where another part of it is to go on the card. */
export const approvePhotos = (
  db: Database,
  ids: readonly string[],
  byPersonId: number,
  crop?: Crop,
): Promise<Decided[]> => decide(db, ids, { state: 'approved', byPersonId, crop });

/** Sends photos back to their cardholders, whose invitations are open again then. */
export const declinePhotos = (
  db: Database,
  ids: readonly string[],
  byPersonId: number,
  reasons: readonly DeclineReason[],
  note: string | null = null,
): Promise<Decided[]> => decide(db, ids, { state: 'declined', byPersonId, reasons, note });

type DecidedRow = {
  id: string;
  result: Decided['kind'];
  mailId: number | null;
  runs: string[] | null;
  state: PhotoState;
  decidedBy: string | null;
  decidedAt: string | null;
} & HolderRow;

type HolderRow = { holder: string | null; grantedAt: string | null };

/** Decides about photos, each by itself, in one statement. Gives what became of each, in the order of the ids. */
async function decide(
  db: Database,
  ids: readonly string[],
  { state, byPersonId, crop, reasons = [], note = null }: Verdict,
): Promise<Decided[]> {
  const rows = await sentAgainWherePassing(() =>
    db.execute<DecidedRow>(sql`
      select id, result, mail_id as "mailId", runs, state, decided_by as "decidedBy", decided_at as "decidedAt", holder,
        granted_at as "grantedAt"
      from decide_photos(
        ${sql.param([...new Set(ids)])}::text[], ${state}, ${byPersonId}::bigint, ${sql.param([...reasons])}::text[],
        ${note}::text, ${crop ? JSON.stringify(crop) : null}::jsonb, ${REOPENED_DAYS}::int,
        make_interval(secs => ${DECISION_GRACE_SECONDS}))`),
  );
  return [...rows].map(toDecided);
}

function toDecided({ id, result, mailId, runs, ...row }: DecidedRow): Decided {
  if (result === 'decided') return { id, kind: result, mailId, runIds: runs ?? [] };
  if (result === 'locked') return { id, kind: result, holder: holderOf(row) };
  if (result !== 'not-waiting') return { id, kind: result };
  const at = row.decidedAt === null ? null : new Date(row.decidedAt);
  return { id, kind: result, former: { state: row.state, by: row.decidedBy, at } };
}

function holderOf({ holder, grantedAt }: HolderRow): Holder {
  if (holder === null || grantedAt === null) throw new Error('a run that holds a site has no name');
  return { bulkActionId: holder, since: new Date(grantedAt) };
}

/** `too-late`: the mail has left or is leaving, the photo was replaced, or the cardholder has sent another one. */
export type Reconsidered =
  | { kind: 'taken-back'; runIds: string[] }
  | { kind: 'locked'; holder: Holder }
  | { kind: 'too-late' }
  | { kind: 'missing' };

/** Takes a decision back, in one statement: as long as nobody has begun to send its mail. */
export async function reconsiderPhoto(db: Database, id: string, byPersonId: number): Promise<Reconsidered> {
  const [row] = await sentAgainWherePassing(() =>
    db.execute<{ result: Reconsidered['kind']; runs: string[] | null } & HolderRow>(sql`
      select result, runs, holder, granted_at as "grantedAt" from reconsider_photo(${id}, ${byPersonId}::bigint)`),
  );
  if (!row) throw new Error('a decision was neither taken back nor left');
  if (row.result === 'taken-back') return { kind: row.result, runIds: row.runs ?? [] };
  if (row.result === 'locked') return { kind: row.result, holder: holderOf(row) };
  return { kind: row.result };
}
