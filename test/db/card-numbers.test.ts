// One card, however its number is written: what SQL makes of it, and who can have it.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insertCard } from '../../db/queries/cards/card-edits.ts';
import { cardIdReader, cardNumberIn } from '../../domain/card-id.ts';
import { useDatabase } from '../support/database.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation } from '../support/runs.ts';

const database = useDatabase();

const number = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
  fc.bigInt({ min: 0n, max: 0x1_0000_0001n }),
  fc.constantFrom(0n, 0xffff_ffffn, 0x1_0000_0000n, 0x7fff_ffff_ffff_ffffn, 0xffff_ffff_ffff_ffffn),
);

/** A number as a reader may print it: with zeros before it, in small letters or capitals, in bytes with marks between. */
const written = fc.record({
  value: number,
  form: fc.constantFrom<('decimal' | 'hex')[]>('decimal', 'hex'),
  zeros: fc.nat(4),
  isSmall: fc.boolean(),
  mark: fc.constantFrom('', ':', '-', ' '),
});

function digitsOf({
  value,
  form,
  zeros,
  isSmall,
  mark,
}: typeof written extends fc.Arbitrary<infer W> ? W : never) {
  if (form === 'decimal') return '0'.repeat(zeros) + value.toString();
  const hex = '0'.repeat(zeros) + value.toString(16);
  const bytes = (hex.length % 2 === 0 ? hex : `0${hex}`).match(/../g) ?? [];
  return isSmall ? bytes.join(mark) : bytes.join(mark).toUpperCase();
}

test('however a number is written it is read as one, and both of its forms lead back to it', () => {
  fc.assert(
    fc.property(written, (one) => {
      const read = cardIdReader(one.form)(digitsOf(one));
      expect(read).toBe(one.value.toString());
      const { decimal, hex } = cardNumberIn(one.value.toString());
      expect([cardIdReader('decimal')(decimal), cardIdReader('hex')(hex)]).toEqual([read, read]);
    }),
  );
});

test('the database writes numbers in hexadecimal as people see them everywhere else', () =>
  fc.assert(
    fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 50 }), async (values) => {
      const rows = await database.db.execute<{ decimal: string; hex: string }>(sql`
        select n::text as decimal, card_hex(n) as hex from unnest(${sql.param(values.map(String))}::text[]) as t (word), lateral (select word::numeric as n) as m`);
      expect([...rows]).toEqual(values.map((value) => cardNumberIn(value.toString())));
    }),
    { numRuns: 40 },
  ));

test('of many who are given one number in one moment exactly one has it, and the next once it is free', async () => {
  const { siteId, adminId, rootId } = await makeOrganisation(database.db);
  const people = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => addPerson(database.db, siteId, `p${n}`)));
  const days = { validFrom: null, validUntil: null };
  for (let round = 0; round < 4; round += 1) {
    const tried = await Promise.allSettled(
      people.map(({ id }) =>
        insertCard(
          database.db,
          { personId: id, siteId },
          { ...days, number: '4711', isIssued: round % 2 === 0 },
          adminId,
        ),
      ),
    );
    expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const rows = await database.db.execute(sql`
      select from card where root_id = ${rootId} and status in ('pending', 'issued')`);
    expect(rows).toHaveLength(1);
    await database.db.execute(
      round < 2
        ? sql`update card set status = 'revoked', ended_at = now(), revoked_because = 'asked'
          where root_id = ${rootId} and status in ('pending', 'issued')`
        : sql`update card set valid_until = utc_today() - 1
          where root_id = ${rootId} and status in ('pending', 'issued')`,
    );
  }
  const history = await database.db.execute(sql`
    select person_id from person_history where after ? 'card' and person_id = any (${sql.param(people.map(({ id }) => id))}::bigint[])`);
  expect(history).toHaveLength(4);
});
