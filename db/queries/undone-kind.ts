// What kind of run an undo takes back in the end.
import { sql } from 'drizzle-orm';
import type { Kind } from '../../domain/bulk-action.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Database } from '../client.ts';

/** Of a run `a`: the kind of the run that it takes back, or of the first one where undos were undone; else null. */
export const undoneKind = sql`(
        with recursive undone as (
          select u.kind, u.undoes_id from bulk_action u where u.id = a.undoes_id
          union all
          select u.kind, u.undoes_id from undone d join bulk_action u on u.id = d.undoes_id where d.kind = 'undo'
        )
        select kind from undone where kind <> 'undo' limit 1)`;

/** The kind of a run that is no undo; of one that is, the kind of what it takes back in the end. */
export async function getUndoneKind(db: Database, id: string): Promise<Exclude<Kind, 'undo'>> {
  const [run] = await db.execute<{ kind: Exclude<Kind, 'undo'> | null }>(sql`
    select case when a.kind = 'undo' then ${undoneKind} else a.kind end as kind from bulk_action a where a.id = ${id}
  `);
  if (!run?.kind) throw new Refusal('missing', `There is no run ${id}.`);
  return run.kind;
}
