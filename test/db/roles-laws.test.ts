// Laws of runs on roles over any people, roles and selections: what is held afterwards is as a few lines say it, row by row,
// however the chunks fall; an undo brings back what was there.
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { insertRole } from '../../db/queries/roles/roles.ts';
import type { Outcome } from '../../domain/bulk-action.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson, addSite } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { changeRoles } from '../support/selections.ts';
import { undo } from '../support/undos.ts';

const engine = useEngine({ chunkRows: 3, batchChunks: 2 });
const ROLES = 4;
const RUNS = 12;

type Model = { isBelow: boolean; isArchived: boolean; isChosen: boolean; held: number[] };

const someRoles = fc.uniqueArray(fc.nat({ max: ROLES - 1 }));
const people: fc.Arbitrary<Model[]> = fc.array(
  fc.record({ isBelow: fc.boolean(), isArchived: fc.boolean(), isChosen: fc.boolean(), held: someRoles }),
  { minLength: 1, maxLength: 12 },
);
const change = fc
  .tuple(someRoles, someRoles)
  .map(([add, remove]) => ({ add, remove: remove.filter((one) => !add.includes(one)) }))
  .filter(({ add, remove }) => add.length + remove.length > 0);

async function insertModel(organisation: TestOrganisation, model: readonly Model[]) {
  const { db } = engine;
  const south = await addSite(db, organisation.siteId, organisation.rootId + 2);
  const roles: number[] = [];
  for (let n = 0; n < ROLES; n++)
    roles.push(
      (await insertRole(db, { siteId: organisation.rootId, name: `Role ${n}`, permissions: [] })).id,
    );
  const ids: number[] = [];
  for (const [n, { isBelow, isArchived, held }] of model.entries()) {
    const siteId = isBelow ? south : organisation.siteId;
    const { id } = await addPerson(db, siteId, `p${String(n).padStart(2, '0')}`);
    for (const one of held)
      await db.execute(sql`insert into role_assignment values (${id}, ${roles[one] ?? 0}, ${siteId})`);
    if (isArchived) await db.execute(sql`update person set status = 'archived' where id = ${id}`);
    ids.push(id);
  }
  return { roles, ids };
}

/** The places of the roles that each of these people holds. */
async function heldBy(ids: readonly number[], roles: readonly number[]): Promise<number[][]> {
  const rows = await engine.db.execute<{ personId: number; roleId: number }>(sql`
    select person_id as "personId", role_id as "roleId" from role_assignment order by 1, 2`);
  return ids.map((id) =>
    [...rows].filter(({ personId }) => personId === id).map(({ roleId }) => roles.indexOf(roleId)),
  );
}

const isOf = (a: readonly number[], b: readonly number[]) => a.every((one) => b.includes(one));

function expected(
  { held, isArchived, isChosen }: Model,
  { add, remove }: { add: number[]; remove: number[] },
) {
  const before = [...held].sort();
  if (!isChosen) return { outcome: undefined, after: before };
  if (isArchived) return { outcome: 'rejected' as Outcome, after: before };
  const after = [...new Set([...held, ...add])].filter((one) => !remove.includes(one)).sort();
  const isSame = isOf(before, after) && isOf(after, before);
  return { outcome: (isSame ? 'unchanged' : 'updated') as Outcome, after };
}

test('a run gives and takes what the model does, and its undo brings everything back', async () => {
  await fc.assert(
    fc.asyncProperty(people, change, async (some, roles) => {
      const model = [{ isBelow: false, isArchived: false, isChosen: true, held: [] }, ...some];
      const organisation = await makeOrganisation(engine.db);
      const made = await insertModel(organisation, model);
      const asIds = (list: number[]) => list.map((one) => made.roles[one] ?? 0);
      const personIds = made.ids.filter((_, n) => model[n]?.isChosen);
      const before = await heldBy(made.ids, made.roles);
      const wanted = model.map((one) => expected(one, roles));
      const change = { add: asIds(roles.add), remove: asIds(roles.remove) };
      const run = await changeRoles(engine, organisation, { personIds }, change);
      expect(await heldBy(made.ids, made.roles)).toEqual(wanted.map(({ after }) => after));
      const outcomes = (await listOutcomes(engine.db, run.id)).map(({ outcome }) => outcome);
      const rowOrder = (below: boolean) =>
        wanted.filter((_, n) => model[n]?.isBelow === below).flatMap(({ outcome }) => outcome ?? []);
      expect(outcomes).toEqual([...rowOrder(false), ...rowOrder(true)]);
      if (run.counts.updated === 0) return;
      const back = await undo(engine, organisation, run.id);
      expect(back.counts).toMatchObject({ updated: run.counts.updated, total: run.counts.updated });
      expect(await heldBy(made.ids, made.roles)).toEqual(before);
    }),
    { numRuns: RUNS },
  );
}, 120_000);
