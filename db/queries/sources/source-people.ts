// Whom the last good file of a source was about: who is missing from the next one was among them.
import { type SQL, sql } from 'drizzle-orm';

/**
 * Parts of a statement that ends the run `done`: where it is a sync of a source and has completed, what is known of the
 * source's people follows. Known are then those in use whom its rows mean, refused rows too, and of those known before
 * all who are still in use: whoever was absent and held back is looked at again next time. Whoever has left is known no
 * longer; an undo of such a run makes known again whom it brings back, and the next file decides.
 *
 * Only differences are written: where a million people stay, nobody is.
 */
export const sourcePeopleNoted = (id: string): SQL => sql`
    concerned as materialized (
      select s.id as source_id, d.undoes_id is not null as is_undo
      from done d
      join bulk_action a on a.id = coalesce(d.undoes_id, d.id)
      join source s on s.id = a.source_id
      where a.kind = 'people' and a.options ->> 'action' = 'sync' and (d.state = 'completed' or d.undoes_id is not null)
    ),
    known_now as (
      insert into source_person (source_id, person_id)
      select (select source_id from concerned), p.id
      from (
        select b.person_id from bulk_plan b
        where b.bulk_action_id = ${id} and exists (select from concerned)
          and case when (select is_undo from concerned) then b.outcome = 'restored'
            -- Never in a file, and kept for the role: nobody whom a file could lose.
            else not coalesce(b.outcome = 'skipped' and b.reasons @> '[{"code": "absent-with-role"}]', false) end
        -- Two sets, and no join: into an empty table Postgres compared each row with all that it had just written.
        except
        select k.person_id from source_person k where k.source_id = (select source_id from concerned)
        -- Pages then hold neighbours.
        order by 1
      ) as w
      cross join lateral (select id from person where id = w.person_id and status = 'active' limit 1) as p
      on conflict do nothing
    ),
    known_no_longer as (
      delete from source_person k
      where k.source_id = (select source_id from concerned) and exists (select from concerned where not is_undo)
        and not exists (select from person p where p.id = k.person_id and p.status = 'active')
    )`;
