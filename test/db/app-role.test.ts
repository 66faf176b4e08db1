// Muster under a role that owns no table: everything works, and the audit trail is out of its reach.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { beforeAll, describe, expect, test } from 'vitest';
import { grantToAppRole } from '../../db/app-role.ts';
import { migrate } from '../../db/migrate.ts';
import { checkAuditChain } from '../../db/queries/audit-chain.ts';
import { insertAuditEvent, listAuditEvents } from '../../db/queries/audit-events.ts';
import { insertSession } from '../../db/queries/sessions.ts';
import { useEngine } from '../support/engine.ts';
import { addPerson } from '../support/people.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';

const engine = useEngine();
const ROLE = `app_${randomBytes(4).toString('hex')}`;
const PASSWORD = randomBytes(8).toString('hex');
let roleUrl = '';
let organisation: TestOrganisation;

// The engine's own connections take the role as they begin.
beforeAll(async () => {
  const owner = postgres(engine.url, { max: 1, onnotice: () => {} });
  const { username, pathname } = new URL(engine.url);
  await owner.unsafe(`create role ${ROLE} login password '${PASSWORD}'`);
  expect(await migrateFor(ROLE)).toContain(`${ROLE} may use it`);
  await grantToAppRole(engine.url, ROLE);
  await owner.unsafe(`alter role ${username} in database ${pathname.slice(1)} set role = '${ROLE}'`);
  await owner.end();
  const url = new URL(engine.url);
  url.username = ROLE;
  url.password = PASSWORD;
  roleUrl = url.href;
  organisation = await makeOrganisation(engine.db);
});

/** What the owner of the tables does before a new version starts. Gives what is printed. */
async function migrateFor(role: string): Promise<string> {
  const program = fileURLToPath(new URL('../../dev/migrate.ts', import.meta.url));
  const unused = {
    TEMPORAL_ADDRESS: 'localhost:1',
    FILES_URL: 'file:///tmp',
    SMTP_URL: 'smtp://localhost:1',
  };
  const env = {
    ...process.env,
    ...unused,
    ...{ DATABASE_URL: engine.url, PUBLIC_URL: 'http://localhost:1' },
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', createRequire(import.meta.url).resolve('tsx'), program, '--grant-to', role],
    { env: { ...env, MAIL_FROM: 'muster@example.org' } },
  );
  return stdout;
}

const eventsOf = (rootId: number) =>
  listAuditEvents(engine.db, { rootId, siteIds: [rootId], isBrief: true }, { before: undefined, limit: 20 });

test('it has that role, and nothing of its own', async () => {
  const [who] = await engine.db.execute(sql`
    select current_user::text as name, (select count(*)::int from pg_tables where tableowner = current_user) as tables`);
  expect(who).toEqual({ name: ROLE, tables: 0 });
});

test('it starts where the schema is up to date, and not where the owner has to come first', async () => {
  await migrate(roleUrl);
  const owner = postgres(engine.url, { max: 1, onnotice: () => {}, connection: { role: 'none' } });
  const [last] = await owner`delete from drizzle.__drizzle_migrations where id = (
    select max(id) from drizzle.__drizzle_migrations) returning *`;
  await expect(migrate(roleUrl)).rejects.toThrow();
  await owner`insert into drizzle.__drizzle_migrations ${owner(last ?? {})}`;
  await owner.end();
  await migrate(roleUrl);
});

test('it signs in, edits, and runs every phase; each end is in the trail with its counts', async () => {
  const { rootId, siteId, adminId } = organisation;
  const now = new Date();
  await insertSession(engine.db, {
    tokenHash: 't',
    personId: adminId,
    now,
    expiresAt: new Date(now.getTime() + 1000),
  });
  const person = await addPerson(engine.db, siteId, '9');
  await insertAuditEvent(engine.db, {
    rootId,
    byPersonId: adminId,
    what: 'person.created',
    subjectId: String(person.id),
  });
  const first = await engine.run(organisation, 'identifier,email\n1,a@x.org\n2,b@x.org\n3,bad\n');
  await engine.run(organisation, 'identifier,action\n1,archive\n2,delete\n9,update\n');
  await engine.run(organisation, 'identifier\n1\n', { action: 'anonymize' });
  const events = await eventsOf(rootId);
  expect(events.map(({ what }) => what)).toEqual([
    'run.completed',
    'run.completed',
    'run.completed',
    'person.created',
    'session.opened',
  ]);
  expect(events[2]).toMatchObject({
    bulkActionId: first.id,
    subject: 'run',
    subjectId: first.id,
    siteId,
    byPersonId: null,
    details: { counts: { created: 2, rejected: 1, total: 3 } },
  });
  expect((await checkAuditChain(engine.db, rootId)).firstBroken).toBeNull();
});

describe('it can’t', () => {
  test.each([
    `update audit_event set what = 'x'`,
    'delete from audit_event',
    'truncate audit_event',
    `update audit_head set seq = seq + 1`,
    'delete from audit_head',
    `insert into audit_event (root_id, seq, at, what, hash) values (7, 1, now(), 'x', '\\x00')`,
    `insert into audit_head values (7, 0, '\\x00')`,
    'alter table audit_event disable trigger all',
    'alter table audit_event disable trigger audit_event_stays',
    'drop trigger audit_event_stays on audit_event',
    'drop table audit_event',
    `create or replace function refuse_audit_change() returns trigger language plpgsql as 'begin return null; end'`,
    `set session_replication_role = 'replica'`,
    'lock table audit_head in access exclusive mode; truncate audit_head',
  ])('%s', async (statement) => {
    const app = postgres(roleUrl, { max: 1, onnotice: () => {} });
    try {
      await expect(app.unsafe(statement)).rejects.toMatchObject({ code: '42501' });
    } finally {
      await app.end();
    }
    expect((await checkAuditChain(engine.db, organisation.rootId)).firstBroken).toBeNull();
  });
});
