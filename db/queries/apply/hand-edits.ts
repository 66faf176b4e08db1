// What is left of a person's hand edits when a run writes: a value that it changes is the file's from then on.
import { type SQL, sql } from 'drizzle-orm';
import type { ChunkRun } from './chunks.ts';

/**
 * The fields of a person `p` that are edited by hand once the row `c` is applied; null for none. An undo gives back what
 * the run that it undoes had taken. Asks nothing of the many who were never edited.
 */
export function handEditsAfter(run: ChunkRun): SQL {
  const undone = run.isUndo
    ? sql`(select undoes_id from bulk_action where id = ${run.bulkActionId})`
    : sql`null`;
  const givesBack = sql`(select exists (
          select from person_history where bulk_action_id = ${undone} collate "default" and hand_edited is not null))`;
  return sql`case when p.hand_edited is not null ${run.isUndo ? sql`or ${givesBack}` : sql``}
          then hand_edits_after(p, c.email_key, c.username, c.first_name, c.last_name, c.display_name, c.fields,
            ${run.existing}, ${undone}) end`;
}

/** What history keeps of it, in `returning`: the fields that were edited by hand, where that has changed. */
export const handEditsBefore: SQL = sql`
        case when old.hand_edited is distinct from new.hand_edited then old.hand_edited end`;
