// The bound of roles in bulk: one statement that gives a role to the people whom a filter finds, with history and version.
import postgres from 'postgres';
import type { Measured } from '../measure.ts';
import { SITE_ID } from '../stack.ts';
import { BOUND_RUN } from './session.ts';

/** Gives a role to all active people of a programme whose name begins so. */
export async function giveRoleByBound(
  url: string,
  { roleId, roleName, programme }: { roleId: number; roleName: string; programme: string },
): Promise<Measured> {
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { jit: 'off', work_mem: '64MB' } });
  try {
    await sql`select 1`;
    const began = performance.now();
    const [made] = await sql<{ people: number }[]>`
      with done as (
        update person set version = version + 1, updated_at = now()
        where site_id = ${SITE_ID} and status = 'active' and fields ->> 'programme' ilike ${`${programme}%`}
        returning id, site_id, version
      ),
      given as (
        insert into role_assignment (person_id, role_id, site_id) select id, ${roleId}, site_id from done
      ),
      history as (
        insert into person_history (person_id, version, bulk_action_id, what, before, after)
        select id, version, ${BOUND_RUN}, 'updated', '{"roles": []}', ${sql.json({ roles: [roleName] })} from done
      )
      select count(*)::int as people from done`;
    const seconds = (performance.now() - began) / 1000;
    return { seconds, outcomes: { updated: made?.people ?? 0 } };
  } finally {
    await sql.end();
  }
}
