// What a site answered last for a kind of file, to be offered the next time.
import { sql } from 'drizzle-orm';
import type { RememberedAnswers } from '../../domain/import-draft.ts';
import type { Database } from '../client.ts';

/** Empty where nothing is remembered. */
export async function findRememberedAnswers(
  db: Database,
  siteId: number,
  preset: string,
): Promise<RememberedAnswers> {
  const [row] = await db.execute<{ answers: RememberedAnswers }>(sql`
    select answers from remembered_answers where site_id = ${siteId} and preset = ${preset}`);
  return row?.answers ?? { columns: {}, options: {} };
}

/** The last answers win. */
export async function setRememberedAnswers(
  db: Database,
  wanted: { siteId: number; preset: string; answers: RememberedAnswers; byPersonId: number },
): Promise<void> {
  await db.execute(sql`
    insert into remembered_answers (site_id, preset, answers, by_person_id)
    values (${wanted.siteId}, ${wanted.preset}, ${JSON.stringify(wanted.answers)}::jsonb, ${wanted.byPersonId})
    on conflict (site_id, preset) do update set
      answers = excluded.answers, by_person_id = excluded.by_person_id, updated_at = now()`);
}
