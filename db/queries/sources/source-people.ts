// Whom the last good file of a source was about: who is missing from the next one was among them.
import { type SQL, sql } from 'drizzle-orm';

/**
 * True for a person `p` whom the last good file of the source was about, and of no other source that there still is: who
 * stands in that one's file has not left, and it says when they do.
 */
export const isKnownToSource = (sourceId: number): SQL => sql`exists (
    select from source_person k where k.source_id = ${sourceId}::bigint and k.person_id = p.id)
  and not exists (
    select from source o join source_person k on k.source_id = o.id and k.person_id = p.id
    where o.root_id = p.root_id and o.id <> ${sourceId}::bigint and o.removed_at is null)`;

/**
 * Parts of a statement that ends the run `done`: where it is a sync of a source and has completed, what is known of the
 * source's people follows. Known are then those in use whom its rows mean, refused rows too, and of those known before
 * all who are still in use: whoever was absent and held back is looked at again next time. Whoever has left is known no
 * longer, nor who is absent and left to another source that knows them too; an undo of such a run makes known again whom it brings back, and the next file decides. A sync of the whole site
 * takes away people whom no file was ever about: nobody is known for being absent from it, nor for coming back from that.
 *
 * Only differences are written: where a million people stay, nobody is.
 */
export const sourcePeopleNoted = (id: string): SQL => sql`
    concerned as materialized (
      select s.id as source_id, d.undoes_id is not null as is_undo,
        a.options ->> 'absentAmong' = 'source' as is_among_known
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
          and case when (select is_undo from concerned) then b.outcome = 'restored' and (select is_among_known from concerned)
            else (select is_among_known from concerned) or not exists (
              select from bulk_row r
              where r.bulk_action_id = ${id} and r.row_number = b.row_number and r.person_id is not null) end
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
        and (
          not exists (select from person p where p.id = k.person_id and p.status = 'active')
          or exists (
            select from source_person t where t.person_id = k.person_id and t.source_id = any (array(
              select o.id from source o join done d on d.root_id = o.root_id
              where o.id <> (select source_id from concerned) and o.removed_at is null)))
            and not exists (select from bulk_plan b where b.bulk_action_id = ${id} and b.person_id = k.person_id)
        )
    )`;
