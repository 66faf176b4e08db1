// The audit trail when the API dies: what was written was announced before, and stands there without an end.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { hashOf, newApiKey } from '../../api/secrets.ts';
import { insertApiKey } from '../../db/queries/api-keys.ts';
import { checkAuditChain } from '../../db/queries/audit-chain.ts';
import { listAuditEvents } from '../../db/queries/audit-events.ts';
import { runProgram } from '../dev/programs.ts';
import { useDatabase } from '../support/database.ts';
import { makeOrganisation } from '../support/runs.ts';

const database = useDatabase();

test('an API that is killed right after a write leaves the beginning of the request in the trail', async () => {
  const { db, url } = database;
  const { rootId, siteId, adminId } = await makeOrganisation(db);
  const key = newApiKey();
  await insertApiKey(db, { name: 'test', keyHash: hashOf(key), personId: adminId });
  const port = await runProgram('dying-api', url).line('port');
  const asked = fetch(`http://127.0.0.1:${port}/v1/people`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ siteId, identifier: 'lost-1', email: 'lost@example.org' }),
  });
  await expect(asked).rejects.toThrow();
  expect(await db.execute(sql`select from person where identifier = 'lost-1'`)).toHaveLength(1);
  const query = { rootId, siteIds: [rootId], isBrief: true };
  expect(await listAuditEvents(db, query, { before: undefined, limit: 10 })).toMatchObject([
    { what: 'request.began', siteId, byPersonId: adminId, details: { of: 'person.created' } },
  ]);
  expect((await checkAuditChain(db, rootId)).firstBroken).toBeNull();
});
