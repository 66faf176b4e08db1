// Whether the audit trail of an organisation is as it was written: each event held against the hash before it.
import { sql } from 'drizzle-orm';
import type { ChainFault } from '../../domain/audit.ts';
import type { Database } from '../client.ts';

/** A place in the chain and the hash there, in hex. */
export type ChainPlace = { seq: number; hash: string };

export type ChainState = {
  events: number;
  /** The first place where something is wrong; null for a chain that is whole. */
  firstBroken: { seq: number; why: ChainFault } | null;
  /** The end of the chain; null where nothing was ever noted. */
  head: ChainPlace | null;
};

/** What one statement finds out about a chain. */
type Facts = {
  events: number;
  last: number | null;
  lastHash: string | null;
  missing: number | null;
  altered: number | null;
  headSeq: number | null;
  headHash: string | null;
  shownHash: string | null;
};

/**
 * Recomputes the whole chain in one pass along its index, whatever its length. `shown` is an end of the chain that was
 * written down elsewhere at an earlier time: without one, nothing can tell a chain that was made anew as a whole.
 */
export async function checkAuditChain(db: Database, rootId: number, shown?: ChainPlace): Promise<ChainState> {
  const [facts] = await db.execute<Facts>(sql`
    with chain as (
      select e.seq, coalesce(lag(e.seq) over w, 0) as previous,
        e.hash is distinct from
          audit_hash(coalesce(lag(e.hash) over w, decode(repeat('00', 32), 'hex')), e) as is_altered
      from audit_event e where e.root_id = ${rootId} window w as (order by e.seq)
    ),
    found as (
      select count(*)::int as events, max(seq) as last,
        min(previous + 1) filter (where seq <> previous + 1) as missing,
        min(seq) filter (where is_altered) as altered
      from chain
    )
    select f.events, f.last, f.missing, f.altered, h.seq as "headSeq", encode(h.hash, 'hex') as "headHash",
      (select encode(e.hash, 'hex') from audit_event e where e.root_id = ${rootId} and e.seq = f.last) as "lastHash",
      (select encode(e.hash, 'hex') from audit_event e
        where e.root_id = ${rootId} and e.seq = ${shown?.seq ?? null}::bigint) as "shownHash"
    from found f left join audit_head h on h.root_id = ${rootId}
  `);
  if (!facts) throw new Error('a statement that counts gave no count');
  const { events, headSeq, headHash } = facts;
  const head = headSeq === null || headHash === null ? null : { seq: headSeq, hash: headHash };
  return { events, head, firstBroken: firstFaultOf(facts, shown) };
}

function firstFaultOf(facts: Facts, shown: ChainPlace | undefined): ChainState['firstBroken'] {
  const { headSeq, headHash, shownHash } = facts;
  const last = facts.last ?? 0;
  const end = headSeq ?? 0;
  const faults: { seq: number | null; why: ChainFault }[] = [
    { seq: facts.missing, why: 'missing' },
    { seq: facts.altered, why: 'altered' },
    { seq: last < end ? last + 1 : null, why: 'missing' },
    { seq: last > end ? end + 1 : null, why: 'unexpected' },
    { seq: last === end && last > 0 && headHash !== facts.lastHash ? last : null, why: 'end' },
    { seq: shown && shown.hash !== shownHash ? shown.seq : null, why: 'not-as-shown' },
  ];
  const broken = faults.flatMap(({ seq, why }) => (seq === null ? [] : [{ seq, why }]));
  return broken.reduce<ChainState['firstBroken']>(
    (first, fault) => (first === null || fault.seq < first.seq ? fault : first),
    null,
  );
}
