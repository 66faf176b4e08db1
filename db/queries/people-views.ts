// Saved lists of people: an admin's own, and those that everybody of a site has.
import { sql } from 'drizzle-orm';
import type { PeopleView } from '../../domain/people-view.ts';
import type { Database } from '../client.ts';

/** `byPersonId`: whose it is; null for everybody's. */
export type PeopleViewRow = {
  id: number;
  siteId: number;
  byPersonId: number | null;
  name: string;
  view: PeopleView;
};

const COLUMNS = sql.raw(`v.id, v.site_id as "siteId", v.by_person_id as "byPersonId", v.name, v.view`);

/** The views that an admin has on these sites, in the order of their making: their own and everybody's. */
export async function listPeopleViews(
  db: Database,
  siteIds: readonly number[],
  personId: number,
): Promise<PeopleViewRow[]> {
  const rows = await db.execute<PeopleViewRow>(sql`
    select ${COLUMNS} from people_view v
    where v.site_id = any (${sql.param([...siteIds])}::int[]) and (v.by_person_id is null or v.by_person_id = ${personId})
    order by v.id`);
  return [...rows];
}

/** A view that an admin sees, or undefined. */
export async function findPeopleView(
  db: Database,
  id: number,
  personId: number,
): Promise<PeopleViewRow | undefined> {
  const [row] = await db.execute<PeopleViewRow>(sql`
    select ${COLUMNS} from people_view v
    where v.id = ${id} and (v.by_person_id is null or v.by_person_id = ${personId})`);
  return row;
}

/** Keeps a view. Undefined where the admin has as many as `max` on the site. */
export async function insertPeopleView(
  db: Database,
  { siteId, byPersonId, name, view }: Omit<PeopleViewRow, 'id'>,
  max: number,
): Promise<PeopleViewRow | undefined> {
  const [row] = await db.execute<PeopleViewRow>(sql`
    insert into people_view as v (site_id, by_person_id, name, view)
    select ${siteId}, ${byPersonId}, ${name}, ${JSON.stringify(view)}::jsonb
    where (select count(*) from people_view o
      where o.site_id = ${siteId} and o.by_person_id is not distinct from ${byPersonId}) < ${max}
    returning ${COLUMNS}`);
  return row;
}

/** Changes what is given of a view. Undefined where it is gone. */
export async function updatePeopleView(
  db: Database,
  id: number,
  { name, view }: { name?: string | undefined; view?: PeopleView | undefined },
): Promise<PeopleViewRow | undefined> {
  const [row] = await db.execute<PeopleViewRow>(sql`
    update people_view v set name = coalesce(${name ?? null}, v.name),
      view = coalesce(${view ? JSON.stringify(view) : null}::jsonb, v.view)
    where v.id = ${id} returning ${COLUMNS}`);
  return row;
}

export async function deletePeopleView(db: Database, id: number): Promise<void> {
  await db.execute(sql`delete from people_view where id = ${id}`);
}
