// The moves of a person's life but anonymizing: archived, restored, deleted. Said once, for runs and for single edits.
//
// A move is parts of a statement. It reads `chunk (row_number, person_id, person_version)`, changes the people who are
// still as the chunk says, writes their history, and leaves them in `done (id, version, row_number)`.
import { type SQL, sql } from 'drizzle-orm';
import type { PersonStatus } from '../../domain/person.ts';
import type { Database } from '../client.ts';
import type { Author } from './author.ts';
import { cardsRevoked } from './cards/card-archive.ts';
import { tracesForgotten } from './forget.ts';
import { type Edit, editResult, runEdit } from './people.ts';
import type { PersonRow } from './person-row.ts';
import { movePhotosToProof } from './photos/photos.ts';

/** `columns`: what `done` has of each person `p`, its id and version among them. */
export type PersonMove = (author: Author, columns?: SQL) => SQL;

const ID_AND_VERSION = sql`p.id, p.version`;

/**
 * True for a person `p` of this status. Not by `=`, for which Postgres might walk the partial index of all people who
 * have it, once for each person of the chunk, instead of going by their ids.
 */
export const hasStatus = (status: PersonStatus): SQL => sql`p.status is not distinct from ${status}`;

/** Takes active people out of use: frees their email, revokes their cards, keeps everything else. */
export const archived: PersonMove = (author, columns) => sql`
    ${statusMove(author, { what: 'archived', from: 'active', to: 'archived' }, columns)},
    ${cardsRevoked}`;

/** Brings archived people back. Where an email is taken by then, the database refuses the whole statement. */
export const restored: PersonMove = (author, columns) =>
  statusMove(author, { what: 'restored', from: 'archived', to: 'active' }, columns);

/** The same, but people whose email is taken stay as they are. */
export const restoredWhereFree: PersonMove = (author, columns) =>
  statusMove(
    author,
    {
      what: 'restored',
      from: 'archived',
      to: 'active',
      where: sql`and not exists (
        select from person x where x.root_id = p.root_id and x.email_key = p.email_key and x.status = 'active')`,
    },
    columns,
  );

const statusMove = (
  author: Author,
  { what, from, to, where = sql`` }: { what: string; from: PersonStatus; to: PersonStatus; where?: SQL },
  columns: SQL = ID_AND_VERSION,
): SQL => sql`
    done as (
      update person p set status = ${to}, version = p.version + 1, updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and ${hasStatus(from)} ${where}
      returning ${columns}, c.row_number
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
      select id, version, ${author.byPersonId}::bigint, ${author.bulkActionId}::text, row_number, ${what},
        ${JSON.stringify({ status: from })}::jsonb, ${JSON.stringify({ status: to })}::jsonb
      from done
    )`;

/**
 * Deletes active and archived people with all that is theirs: what refers to them goes by its foreign key, photos
 * become proof, nobody has them as supervisor any more, and of their history one bare entry is left. Their traces in
 * earlier runs, which must have been noted before (forget-traces.ts), are emptied.
 */
export const deleted: PersonMove = (author, columns = ID_AND_VERSION) => sql`
    done as (
      delete from person p using chunk c
      where p.id = c.person_id and p.version = c.person_version and p.status in ('active', 'archived')
      returning ${columns}, c.row_number
    ),
    past as (
      delete from person_history where person_id = any (array(select id from done))
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what)
      select id, version + 1, ${author.byPersonId}::bigint, ${author.bulkActionId}::text, row_number, 'deleted'
      from done
    ),
    ${movePhotosToProof(author, 'all')},
    ${leaveReports(author)},
    ${tracesForgotten(author, 'deleted')}`;

/**
 * Those whose supervisor goes have none then, which is no change of theirs: their version stays. Some of them may be
 * people whom another chunk of the run deletes at this moment: to wait for that chunk, while it waits for this one,
 * would be a deadlock, and there is nothing to be done for them.
 */
const leaveReports = ({ bulkActionId }: Author): SQL => sql`
    report as materialized (
      select s.id, exists (
          select from bulk_plan b
          where b.person_id = s.id and b.bulk_action_id = ${bulkActionId}::text and b.phase = 'delete' and b.outcome is null
        ) as is_leaving
      from person s
      where s.supervisor_id = any (array(select id from done)) and s.id not in (select id from done)
    ),
    at_hand as materialized (
      select id from person where id = any (array(select id from report where is_leaving)) for update skip locked
    ),
    without_supervisor as (
      update person set supervisor_id = null
      where id = any (array(select id from report where not is_leaving union all select id from at_hand))
    )`;

/**
 * Makes a move of one person as it was read, by the same parts of a statement as a run: unless a run holds the site,
 * or the person has changed since it was read. A deleted person is given as it was.
 */
export const movePerson = (
  db: Database,
  read: PersonRow,
  move: PersonMove,
  byPersonId: number | null,
): Promise<Edit> =>
  runEdit(
    db,
    sql`
    with l as materialized (
      select holder, granted_at from edit_lock where site_id = ${read.siteId} for share
    ), chunk as materialized (
      select null::int as row_number, ${read.id}::bigint as person_id, ${read.version}::int as person_version
      where (select holder is null from l)
    ),
    ${move({ byPersonId, bulkActionId: null }, sql`p.*`)},
    written as (select * from done)
    ${editResult}`,
  );
