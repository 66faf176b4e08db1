// When nobody has to be told of a run any more.
import { type SQL, sql } from 'drizzle-orm';

/** True of a run `a` that has ended, and what followed it has too. */
export const isOver: SQL = sql`(a.finished_at is not null and not exists (
  select from follow_up f where f.bulk_action_id = a.id and f.state <> 'ended'))`;
