// Forgetting people in sources: whom they tell, whose they are, and whom their files are about.
import { type SQL, sql } from 'drizzle-orm';

/**
 * Parts of a statement that take the people `theirs`, a condition's right side such as `any (array(…))`, out of sources:
 * the emails that they have and have had leave the lists of those who are told, unless somebody else has the same by now;
 * sources that are theirs lose their name. They are read as they were when the statement began. Where no source is
 * concerned, nobody's history is read. In the order of sources: two chunks wait, and never for each other.
 */
export const sourcesForgotten = (theirs: SQL): SQL => sql`
    source_told as materialized (
      select s.id, s.root_id, a.address, bare_key(a.address) as bare
      from source s cross join lateral unnest(s.notify) as a (address)
    ),
    source_reader as materialized (
      select p.root_id, bare_key(p.email) as bare from person p
      where p.id = ${theirs} and p.email is not null and exists (select from source_told)
      union
      select p.root_id, bare_key(h.before ->> 'email') from person p join person_history h on h.person_id = p.id
      where p.id = ${theirs} and h.before ->> 'email' is not null and exists (select from source_told)
    ),
    source_address as materialized (
      select t.id, array_agg(t.address) as gone
      -- Not by exists: it would compare every address with every reader.
      from source_told t join source_reader r on r.root_id = t.root_id and r.bare = t.bare
      where not exists (
        select from person o
        where o.root_id = t.root_id and o.email_key = email_key_of(t.address) and o.status = 'active'
          and o.id <> all (array(select id from person where id = ${theirs})))
      group by t.id
    ),
    source_meant as materialized (
      select s.id from source s
      where s.id in (select id from source_address) or (s.by_person_id = ${theirs} and s.by_name is not null)
      order by s.id for update
    ),
    source_forgotten as (
      update source s set
        notify = array(
          select a.address from unnest(s.notify) with ordinality as a (address, place)
          where a.address <> all (coalesce((select gone from source_address f where f.id = s.id), '{}'))
          order by a.place),
        by_name = case when s.by_person_id = ${theirs} then null else s.by_name end
      where s.id in (select id from source_meant)
    ),
    source_person_gone as (
      delete from source_person x using source s
      where x.source_id = s.id and x.person_id = ${theirs}
    )`;
