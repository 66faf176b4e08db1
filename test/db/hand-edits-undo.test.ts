// An undo that puts back what somebody had edited by hand puts back that it counts as edited.
import { beforeEach, expect, test } from 'vitest';
import { findPerson } from '../../db/queries/people.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { useEngine } from '../support/engine.ts';
import { editByHand, protect } from '../support/hand-edits.ts';
import { addPerson } from '../support/people.ts';
import { listOutcomes, makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { undo } from '../support/undos.ts';

const engine = useEngine();
let organisation: TestOrganisation;
let ann: PersonRow;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
  ann = await addPerson(engine.db, organisation.siteId, 'ann', { firstName: 'Ann', lastName: 'Lee' });
  await protect(engine.db, organisation.siteId, ['email', 'first_name', 'last_name', 'programme']);
});

const now = async (): Promise<PersonRow> => (await findPerson(engine.db, ann.id)) as PersonRow;

const overwrite = (...lines: string[]) =>
  engine.run(organisation, lines.join('\n'), { overwriteEdited: true });

test('of what the run had taken off, and the next file leaves it alone again', async () => {
  await editByHand(engine.db, ann.id, { firstName: 'Anna', fields: { programme: 'Law' } });
  const { id } = await overwrite('identifier,first_name,last_name,programme', 'ann,Annie,Li,Art');
  expect(await now()).toMatchObject({ firstName: 'Annie', handEdited: null });
  const undone = await undo(engine, organisation, id);
  expect(await now()).toMatchObject({
    firstName: 'Anna',
    lastName: 'Lee',
    fields: { programme: 'Law' },
    handEdited: ['first_name', 'programme'],
  });
  await engine.run(organisation, 'identifier,first_name\nann,Ann');
  expect((await now()).firstName).toBe('Anna');

  await undo(engine, organisation, undone.id);
  expect(await now()).toMatchObject({ firstName: 'Annie', handEdited: null });
});

test('of what is put back alone: what was edited since counts anyway', async () => {
  await editByHand(engine.db, ann.id, { firstName: 'Anna', fields: { programme: 'Law' } });
  const { id } = await overwrite('identifier,first_name,programme', 'ann,Annie,Art');
  await editByHand(engine.db, ann.id, { fields: { programme: 'Sport' } });
  await undo(engine, organisation, id);
  expect(await now()).toMatchObject({
    firstName: 'Anna',
    fields: { programme: 'Sport' },
    handEdited: ['first_name', 'programme'],
  });
});

test('of keys that change hands as well', async () => {
  await editByHand(engine.db, ann.id, { email: 'anna@example.org' });
  await addPerson(engine.db, organisation.siteId, 'bob');
  const { id } = await overwrite('identifier,email', 'ann,bob@example.org', 'bob,anna@example.org');
  expect(await now()).toMatchObject({ email: 'bob@example.org', handEdited: null });
  const { id: undoId } = await undo(engine, organisation, id);
  expect((await listOutcomes(engine.db, undoId)).map(({ outcome }) => outcome)).toEqual([
    'updated',
    'updated',
  ]);
  expect(await now()).toMatchObject({ email: 'anna@example.org', handEdited: ['email'] });
});

test('and nothing where nobody had edited anything', async () => {
  const { id } = await overwrite('identifier,first_name', 'ann,Annie');
  await undo(engine, organisation, id);
  expect(await now()).toMatchObject({ firstName: 'Ann', handEdited: null });
});
