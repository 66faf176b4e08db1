// Caught mails follow the database: what it forgets is deleted at once, and what it forgot meanwhile, later.
import { sql } from 'drizzle-orm';
import { expect, onTestFinished, test } from 'vitest';
import { followForgottenMails } from '../../dev/forgotten-mails.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/stack.ts';

const database = useDatabase();

test('hears of mails that are forgotten, and of those that were before it listened', async () => {
  const insert = (run: string, forgottenAt: string | null) =>
    database.db.execute(sql`
      insert into outgoing_mail (bulk_action_id, what, state, settled_at, forgotten_at)
      values (${run}, 'completed', 'sent', now(), ${forgottenAt}::timestamptz)
      returning id`);
  const [before] = await insert('before', '2026-01-01');
  await insert('kept', null);
  const heard: string[] = [];
  const following = followForgottenMails(database.url, {
    forget: async (keys) => void heard.push(...keys),
    kept: async () => [],
  });
  onTestFinished(() => following.stop());
  await until('it has caught up', async () => heard.length > 0 || undefined);
  await database.db.execute(sql`select pg_notify('mail_forgotten', 'after-completed-7')`);
  await until('it has heard', async () => heard.length > 2 || undefined);
  // Mails of earlier versions have no number.
  expect(heard).toEqual([
    `before-completed-${before?.['id']}`,
    'before-completed',
    'after-completed-7',
    'after-completed',
  ]);
});

test('mails to cardholders, and about sources, whose rows are gone are found when it begins to listen', async () => {
  const heard: string[] = [];
  await database.db.execute(sql`insert into site (id, name, root_id, path) values (1, 'O', 1, array[1])`);
  const [mail] = await database.db
    .execute<{ id: number }>(sql`
    with p as (insert into person (site_id, root_id, identifier) values (1, 1, 'a') returning id),
    i as (insert into invitation (person_id, site_id, root_id, expires_at) select id, 1, 1, now() from p returning id, person_id)
    select 0 as id from i`)
    .then(() =>
      database.db.execute<{ id: number }>(sql`
      insert into invitation_mail (invitation_id, number, what) select id, 0, 'invitation' from invitation returning id::float8 as id`),
    );
  const following = followForgottenMails(database.url, {
    forget: async (keys) => void heard.push(...keys.filter((key) => /^(cardholder|source)-/.test(key))),
    kept: async () => [`cardholder-${mail?.id}`, 'cardholder-999', 'run-completed-1', 'source-stale-7-998'],
  });
  onTestFinished(() => following.stop());
  await until('it has compared', async () => heard.length > 0 || undefined);
  expect(heard).toEqual(['cardholder-999', 'source-stale-7-998']);
});
