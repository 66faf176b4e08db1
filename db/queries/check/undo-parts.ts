// What the statements of an undo's check share: the run, the rows that are still open, and what the undone run left.
import { type SQL, sql } from 'drizzle-orm';
import { hasValues } from '../undo-history.ts';

/** The run, if it is being checked: nothing is decided about the rows of one that has moved on. */
export const checking = (bulkActionId: string): SQL => sql`
  select from bulk_action where id = ${bulkActionId} and state = 'checking' for share`;

/** True for a row `r` that has no plan yet. */
export const isOpen = sql`not exists (
      select from bulk_plan made where made.bulk_action_id = r.bulk_action_id and made.row_number = r.row_number)`;

/** What is taken from a row `r` under a code, with some more. */
export const keptWith = (code: 'edited-since' | 'not-undone', more: SQL): SQL => sql`coalesce(r.kept, '{}')
        || jsonb_build_object(${code}::text, coalesce(r.kept -> ${code}::text, '{}') || ${more})`;

/** What the run left of a row's person `r.person_id`, of those that it updated: `h`. */
export const leftBy = (undoesId: string, what: 'created' | 'updated'): SQL => sql`
      cross join lateral (
        select h.after from person_history h
        where h.person_id = r.person_id and h.bulk_action_id = ${undoesId} and ${
          what === 'created'
            ? sql`h.what = 'created'`
            : sql`h.what in ('updated', 'restored') and ${hasValues('h')}`
        }
        limit 1
      ) as h`;
