// Whoever leaves takes their invitations along, the mails of these, and what stopped them; whoever keeps copies is told.
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { MAIL_FORGOTTEN_CHANNEL } from '../../db/queries/forget.ts';
import { inviteRun } from '../../db/queries/invitations/invitations.ts';
import { useEngine } from '../support/engine.ts';
import { makeOrganisation } from '../support/runs.ts';

const engine = useEngine();

test.each(['anonymize', 'delete'] as const)('%s', async (action) => {
  const site = await makeOrganisation(engine.db);
  const { id } = await engine.run(site, 'identifier,email\nleaves,leaves@a.org\nstays,stays@a.org\n', {
    invite: 'all',
  });
  await inviteRun(engine.db, id);
  await engine.db.execute(
    sql`update invitation_mail set state = 'sent', claimed_at = now(), token_hash = id::text`,
  );
  await engine.db.execute(sql`
    insert into mail_stop (person_id, reason, email_key)
    select id, 'bounced', email_key from person where site_id = ${site.siteId}`);
  const of = (who: string) => sql`
    select m.id::float8 as id from invitation_mail m join invitation i on i.id = m.invitation_id
    join person p on p.id = i.person_id where i.bulk_action_id = ${id} and p.identifier = ${who}`;
  const [mail] = await engine.db.execute<{ id: number }>(of('leaves'));
  const heard: string[] = [];
  const stop = await engine.db.listen(MAIL_FORGOTTEN_CHANNEL, (key) => void heard.push(key));
  await engine.run(site, 'identifier\nleaves\n', { action: 'archive' });
  await engine.run(site, 'identifier\nleaves\n', { action });
  await expect.poll(() => heard).toContain(`cardholder-${mail?.id}`);
  await stop();
  const [left] = await engine.db.execute(sql`
    select (select count(*)::int from invitation where bulk_action_id = ${id}) as invitations,
      (select count(*)::int from mail_stop t join person p on p.id = t.person_id where p.site_id = ${site.siteId}) as stops,
      (select count(*)::int from mail_stop where email_key = 'leaves@a.org') as theirs`);
  expect(left).toEqual({ invitations: 1, stops: 1, theirs: 0 });
  expect(await engine.db.execute(of('stays'))).toHaveLength(1);
});
