// The audit trail in the database: one chain for each organisation, only ever added to, whose breaks are found.
import { createHash } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkAuditChain } from '../../db/queries/audit-chain.ts';
import { useDatabase } from '../support/database.ts';

const database = useDatabase({ poolMax: 20 });

let organisations = 0;
let root = 0;
beforeEach(() => {
  organisations += 1;
  root = organisations * 1000;
});

type Given = { what?: string; details?: unknown; site?: number; by?: number; subjectId?: string };

/** Notes an event and gives its place in the chain. */
async function note({ what = 'site.updated', details = {}, site = root, by, subjectId }: Given = {}) {
  const [noted] = await database.db.execute<{ seq: number }>(sql`
    select note_audit(${root}::int, ${site}::int, ${by ?? null}::bigint, ${what}, null, 'site', ${subjectId ?? null},
      ${JSON.stringify(details)}::jsonb) as seq`);
  return noted?.seq;
}

const noteMany = async (count: number) => {
  for (let n = 0; n < count; n += 1) await note({ details: { n } });
};

const check = () => checkAuditChain(database.db, root);

/** What an intruder does who may do everything: the triggers are off while it lasts. */
async function tamper(...statements: string[]): Promise<void> {
  const intruder = postgres(database.url, { max: 1 });
  try {
    for (const table of ['audit_event', 'audit_head'])
      await intruder.unsafe(`alter table ${table} disable trigger user`);
    for (const statement of statements) await intruder.unsafe(statement.replaceAll(':root', String(root)));
    await intruder.unsafe(`alter table audit_event enable always trigger audit_event_stays`);
    await intruder.unsafe(`alter table audit_event enable always trigger audit_event_continues`);
    await intruder.unsafe(`alter table audit_head enable always trigger audit_head_stays`);
    await intruder.unsafe(`alter table audit_head enable always trigger audit_head_moves`);
  } finally {
    await intruder.end();
  }
}

describe('a chain', () => {
  test('counts from 1 without gaps, each organisation for itself', async () => {
    expect([await note(), await note(), await note()]).toEqual([1, 2, 3]);
    root += 1;
    expect(await note()).toBe(1);
  });

  test('is whole while fifty write to it at once', async () => {
    const places = await Promise.all(Array.from({ length: 50 }, (_, n) => note({ details: { n } })));
    expect(places.sort((one, other) => Number(one) - Number(other))).toEqual(
      Array.from({ length: 50 }, (_, n) => n + 1),
    );
    expect(await check()).toMatchObject({ events: 50, firstBroken: null, head: { seq: 50 } });
    const [times] = await database.db.execute<{ ordered: boolean }>(sql`
      select bool_and(at >= before) as ordered
      from (select at, lag(at) over (order by seq) as before from audit_event where root_id = ${root}) as e`);
    expect(times?.ordered).toBe(true);
  });

  test('can be recomputed by anybody who reads the description of it', async () => {
    await note({ details: { ключ: 'ü', n: 1.5 }, subjectId: '7' });
    await note({ by: 12, what: 'people.exported' });
    const events = await database.db.execute<Record<string, string | null>>(sql`
      select root_id::text, seq::text, (extract(epoch from at) * 1000000)::bigint::text as at, site_id::text,
        by_person_id::text, what, bulk_action_id, subject, subject_id, details::text, encode(hash, 'hex') as hash
      from audit_event where root_id = ${root} order by seq`);
    let previous = Buffer.alloc(32);
    for (const { hash, ...columns } of events) {
      const parts = Object.values(columns).map((value) =>
        value === null ? '-,' : `${[...value].length}:${value},`,
      );
      previous = createHash('sha256').update(previous).update(parts.join('')).digest();
      expect(previous.toString('hex')).toBe(hash);
    }
  });

  test('does not depend on how a session shows times', async () => {
    await noteMany(3);
    const elsewhere = postgres(database.url, {
      max: 1,
      connection: { TimeZone: 'Asia/Kolkata', DateStyle: 'German' },
    });
    const [row] = await elsewhere`
      select bool_and(e.hash = audit_hash(coalesce(before, decode(repeat('00', 32), 'hex')), e.event)) as holds
      from (select hash, lag(hash) over (order by seq) as before, audit_event as event
        from audit_event where root_id = ${root}) as e`;
    await elsewhere.end();
    expect(row?.['holds']).toBe(true);
  });
});

describe('nobody changes what is noted', () => {
  const refused = { cause: { code: '42501' } };

  test.each([
    `update audit_event set what = 'x'`,
    `update audit_event set details = '{}' where false`,
    `delete from audit_event`,
    `truncate audit_event`,
    `truncate audit_event, audit_head cascade`,
    `delete from audit_head`,
    `truncate audit_head`,
    `update audit_head set seq = seq + 1`,
    `update audit_head set seq = 0, hash = '\\x00'`,
    `update audit_head set hash = sha256('x')`,
    `insert into audit_head values (77, 5, '\\x00')`,
    `insert into audit_event (root_id, seq, at, what, hash) values (77, 1, now(), 'x', '\\x00')`,
  ])('refused even of the owner: %s', async (statement) => {
    await note();
    await expect(database.db.execute(sql.raw(statement))).rejects.toMatchObject(refused);
    expect(await check()).toMatchObject({ events: 1, firstBroken: null });
  });

  test('refused of a session that has switched ordinary triggers off, too', async () => {
    await note();
    const intruder = postgres(database.url, { max: 1, connection: { session_replication_role: 'replica' } });
    for (const statement of [
      `update audit_event set what = 'x'`,
      'delete from audit_event',
      `update audit_head set hash = sha256('x')`,
    ])
      await expect(intruder.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
    await intruder.end();
    expect(await check()).toMatchObject({ events: 1, firstBroken: null });
  });
});

describe('what somebody changed in spite of it is found', () => {
  beforeEach(() => noteMany(10));

  const cases: [string, string[], { seq: number; why: string }][] = [
    [
      'a fact',
      [`update audit_event set details = '{"n": 7}' where root_id = :root and seq = 4`],
      { seq: 4, why: 'altered' },
    ],
    [
      'who did it',
      [`update audit_event set by_person_id = 3 where root_id = :root and seq = 1`],
      { seq: 1, why: 'altered' },
    ],
    [
      'a moment, by a microsecond',
      [`update audit_event set at = at + interval '1 microsecond' where root_id = :root and seq = 6`],
      { seq: 6, why: 'altered' },
    ],
    [
      'the last event',
      [`update audit_event set what = 'x' where root_id = :root and seq = 10`],
      { seq: 10, why: 'altered' },
    ],
    [
      'an event, and its hash to fit',
      [
        `update audit_event set what = 'x' where root_id = :root and seq = 5`,
        `update audit_event e set hash = audit_hash(p.hash, e) from audit_event p
        where e.root_id = :root and e.seq = 5 and p.root_id = :root and p.seq = 4`,
      ],
      { seq: 6, why: 'altered' },
    ],
    [
      'an event that is gone',
      [`delete from audit_event where root_id = :root and seq = 3`],
      { seq: 3, why: 'missing' },
    ],
    [
      'the first event',
      [`delete from audit_event where root_id = :root and seq = 1`],
      { seq: 1, why: 'missing' },
    ],
    [
      'an event that is gone, the others moved up',
      [
        `delete from audit_event where root_id = :root and seq = 3`,
        `update audit_event set seq = seq - 1000000 where root_id = :root and seq > 3`,
        `update audit_event set seq = seq + 999999 where root_id = :root and seq < 0`,
      ],
      { seq: 3, why: 'altered' },
    ],
    [
      'two events that changed places',
      [
        `update audit_event set seq = 100 where root_id = :root and seq = 7`,
        `update audit_event set seq = 7 where root_id = :root and seq = 8`,
        `update audit_event set seq = 8 where root_id = :root and seq = 100`,
      ],
      { seq: 7, why: 'altered' },
    ],
    [
      'an event that was slipped in',
      [
        `update audit_event set seq = seq + 1000000 where root_id = :root and seq >= 5`,
        `update audit_event set seq = seq - 999999 where root_id = :root and seq > 1000000`,
        `insert into audit_event select root_id, 5, at, site_id, by_person_id, what, bulk_action_id, subject, subject_id,
        details, hash from audit_event where root_id = :root and seq = 4`,
      ],
      { seq: 5, why: 'altered' },
    ],
    [
      'an event of another organisation',
      [`update audit_event set root_id = 9 where root_id = :root and seq = 10`],
      { seq: 10, why: 'missing' },
    ],
    [
      'a tail that was cut off',
      [`delete from audit_event where root_id = :root and seq > 8`],
      { seq: 9, why: 'missing' },
    ],
    [
      'a tail that was cut off, with the end set to it',
      [
        `delete from audit_event where root_id = :root and seq > 8`,
        `update audit_head set seq = 8 where root_id = :root`,
      ],
      { seq: 8, why: 'end' },
    ],
    [
      'an event behind the end',
      [
        `insert into audit_event select root_id, 11, at, site_id, by_person_id, what, bulk_action_id, subject, subject_id,
        details, hash from audit_event where root_id = :root and seq = 10`,
      ],
      { seq: 11, why: 'altered' },
    ],
    [
      'a well-made event behind the end',
      [
        `insert into audit_event select root_id, 11, at, site_id, by_person_id, what, bulk_action_id, subject, subject_id,
        details, hash from audit_event where root_id = :root and seq = 10`,
        `update audit_event e set hash = audit_hash(p.hash, e) from audit_event p
        where e.root_id = :root and e.seq = 11 and p.root_id = :root and p.seq = 10`,
      ],
      { seq: 11, why: 'unexpected' },
    ],
    [
      'an end that was removed',
      [`delete from audit_head where root_id = :root`],
      { seq: 1, why: 'unexpected' },
    ],
    ['all events', [`delete from audit_event where root_id = :root`], { seq: 1, why: 'missing' }],
  ];

  test.each(cases)('%s', async (_, statements, firstBroken) => {
    expect((await check()).firstBroken).toBeNull();
    await tamper(...statements);
    expect((await check()).firstBroken).toEqual(firstBroken);
  });

  test('a chain that was made anew as a whole, by whoever has an end of it written down', async () => {
    const { head } = await check();
    if (!head) throw new Error('nothing was noted');
    await note();
    expect(await checkAuditChain(database.db, root, head)).toMatchObject({ events: 11, firstBroken: null });
    await tamper(
      'delete from audit_event where root_id = :root',
      'delete from audit_head where root_id = :root',
    );
    await noteMany(11);
    expect((await check()).firstBroken).toBeNull();
    expect((await checkAuditChain(database.db, root, head)).firstBroken).toEqual({
      seq: 10,
      why: 'not-as-shown',
    });
    expect((await checkAuditChain(database.db, root, { ...head, seq: 99 })).firstBroken).toEqual({
      seq: 99,
      why: 'not-as-shown',
    });
  });
});

describe('the text that is hashed', () => {
  const texts = fc.array(
    fc.option(fc.string({ maxLength: 6, unit: fc.constantFrom('a', '1', ':', ',', '-', '', 'ü') })),
    {
      minLength: 3,
      maxLength: 3,
    },
  );
  const textOf = async (parts: readonly (string | null)[]) => {
    const [row] = await database.db.execute<{ text: string }>(sql`
      select audit_part(${parts[0] ?? null}) || audit_part(${parts[1] ?? null}) || audit_part(${parts[2] ?? null}) as text`);
    return row?.text ?? '';
  };

  property.prop([texts], { numRuns: 150 })('can be read in one way only', async (parts) => {
    expect(partsOf(await textOf(parts))).toEqual(parts);
  });

  /** Reads the parts back: whatever can be read back was not ambiguous. */
  function partsOf(text: string): (string | null)[] {
    const parts: (string | null)[] = [];
    let rest = [...text].join('');
    while (rest !== '') {
      const [begin = '', length] = /^(?:-|(\d+):)/.exec(rest) ?? [];
      const value =
        length === undefined ? '' : [...rest.slice(begin.length)].slice(0, Number(length)).join('');
      parts.push(length === undefined ? null : value);
      rest = rest.slice(begin.length + value.length + 1);
    }
    return parts;
  }
});
