// What is known of one person beside their values: since when they are archived, and how many photos they have.
import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

export type PersonFacts = {
  /** When they were archived last; null of who is not archived, and of who came so before there was a history. */
  archivedAt: string | null;
  /** Photos beside that of the card. */
  extraPhotos: number;
};

export async function getPersonFacts(db: Database, personId: number): Promise<PersonFacts> {
  const [facts] = await db.execute<PersonFacts>(sql`
    select
      (select to_char(max(h.at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from person_history h
        where h.person_id = ${personId} and h.what = 'archived'
          and exists (select from person p where p.id = ${personId} and p.status = 'archived')) as "archivedAt",
      (select count(*)::int from photo f where f.person_id = ${personId} and f.kind = 'additional') as "extraPhotos"`);
  return facts ?? { archivedAt: null, extraPhotos: 0 };
}
