// The mails of a run that asks: to who started it, and to the admins who may answer.
import { type SQL, sql } from 'drizzle-orm';
import { PERMISSION_OF_PHASE, PHASES } from '../../domain/bulk-action.ts';
import type { Permission } from '../../domain/rights.ts';
import { type AskMail, STATE_OF_ASK_MAIL } from '../../domain/run-mail.ts';
import type { Database } from '../client.ts';
import { phaseToPeople } from './safeguards.ts';

/** Mails to admins who may answer are few: whoever has more of them tells the others. */
const ADMINS_MAX = 50;

/**
 * The mails that go to whoever may answer too: which rows of the plan they must be allowed to apply, and what they must
 * be allowed to do with the run itself.
 */
const ASKED_OF_ADMINS: Partial<
  Record<AskMail, { isMeant: SQL; onRun: Permission; withConfirmers: boolean }>
> = {
  'awaiting-approval': {
    isMeant: sql`asked.ask -> 'approvals' ? split_part(w.permission, ':', 2)`,
    onRun: 'bulk-actions:read',
    withConfirmers: false,
  },
  'approval-reminder': {
    isMeant: sql`asked.ask -> 'approvals' ? split_part(w.permission, ':', 2)`,
    onRun: 'bulk-actions:read',
    withConfirmers: false,
  },
  'grace-period': {
    isMeant: sql`w.phase in ('anonymize', 'delete')`,
    onRun: 'bulk-actions:run',
    withConfirmers: true,
  },
};
type AskedAdmins = NonNullable<(typeof ASKED_OF_ADMINS)[AskMail]>;

const RIGHTS = JSON.stringify(PHASES.map((phase) => ({ phase, permission: PERMISSION_OF_PHASE[phase] })));

/**
 * Puts the mails of one kind about what a run asks in this round into the outbox, in one statement, and gives the ids of
 * those that have not left. To be called once the run waits: for one that does not wait for this (any more) there are
 * none. Safe to repeat: then it gives what it gave before, but for what is sent.
 *
 * A question goes to who started the run. An approval goes to everybody else who sees the run and holds, on every
 * site where the plan has rows that need it, the right to what they do, but not to who confirmed; where nobody is, who
 * started the run is told. A grace period is told to both, and to who confirmed: all who may stop it.
 */
export async function insertAskMails(
  db: Database,
  bulkActionId: string,
  round: number,
  what: AskMail,
): Promise<number[]> {
  const admins = ASKED_OF_ADMINS[what];
  const rows = await db.execute<{ id: number }>(sql`
    with asked as materialized (
      select a.id, a.root_id, a.site_id, a.by_person_id, a.notify_email, a.ask, a.ask_round
      from bulk_action a
      where a.id = ${bulkActionId} and a.ask_round = ${round} and a.state = ${STATE_OF_ASK_MAIL[what]}
        and not exists (
          select from outgoing_mail m where m.bulk_action_id = ${bulkActionId} and m.what = ${what} and m.round = ${round})
    ),
    ${admins ? adminsWith(bulkActionId, admins) : sql`admin as (select 0 as id, '' as email where false)`},
    made as (
      insert into outgoing_mail (bulk_action_id, what, round, to_address, data)
      select ${bulkActionId}, ${what}, ${round}, r.address, r.data
      from (
        select notify_email as address, '{"to": "starter"}'::jsonb as data from asked
        where ${what === 'grace-period'} or not exists (select from admin)
        union all
        select email, jsonb_build_object('to', 'admin', 'personId', id) from admin
      ) as r
      where r.address is not null
      on conflict (bulk_action_id, what, round, to_address) do nothing
      returning id
    )
    select id from made
    union
    select id from outgoing_mail
    where bulk_action_id = ${bulkActionId} and what = ${what} and round = ${round} and state = 'waiting'
    order by id
  `);
  return [...rows].map(({ id }) => Number(id));
}

/** `admin`: everybody but the starter who may do all that the plan of `asked` does of what `isMeant` picks. */
const adminsWith = (bulkActionId: string, { isMeant, onRun, withConfirmers }: AskedAdmins): SQL => sql`
    needed as materialized (
      select s.path, w.permission
      from asked
      cross join lateral (
        select coalesce(r.site_id, asked.site_id) as site_id, ${phaseToPeople} as phase
        from bulk_plan b join bulk_row r on r.row_number = b.row_number
        where b.bulk_action_id = ${bulkActionId} and r.bulk_action_id = ${bulkActionId} and b.outcome is null
        group by 1, 2
      ) as p
      join site s on s.id = p.site_id
      join jsonb_to_recordset(${RIGHTS}::jsonb) as w (phase text, permission text) on w.phase = p.phase
      where ${isMeant}
      group by 1, 2
    ),
    admin as materialized (
      select p.id, p.email
      from asked join person p on p.root_id = asked.root_id
      where p.status = 'active' and p.email is not null and p.id is distinct from asked.by_person_id
        and p.id in (select person_id from role_assignment)
        and exists (select from needed)
        and not exists (
          select from (
            select * from needed
            union all
            select o.path, ${onRun} from site o where o.id = asked.site_id
          ) as n
          where not exists (
            select from role_assignment h join role o on o.id = h.role_id
            where h.person_id = p.id and h.site_id = any (n.path) and n.permission = any (o.permissions)))
        and (${withConfirmers} or not exists (
          select from consent c
          where c.bulk_action_id = asked.id and c.round = asked.ask_round and c.by_person_id = p.id))
      order by p.id limit ${ADMINS_MAX}
    )`;
