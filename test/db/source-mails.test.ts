// Mails about sources: once for each occasion and address, good news where they are wanted, alarms, and what is forgotten.
import { sql } from 'drizzle-orm';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { sweepFreshness } from '../../activities/sweep-freshness.ts';
import { openLog } from '../../adapters/log.ts';
import { listForgottenMails, MAIL_FORGOTTEN_CHANNEL } from '../../db/queries/forget.ts';
import { getMailToSend, listWaitingMails } from '../../db/queries/outgoing-mails.ts';
import { forgetSettledMails } from '../../db/queries/retention.ts';
import { noteSourceMail } from '../../db/queries/sources/source-mails.ts';
import {
  deleteRemovedSource,
  noteSourceFailed,
  noteSourceGood,
  pauseSource,
  resumeSource,
} from '../../db/queries/sources/source-states.ts';
import { removeSource } from '../../db/queries/sources/sources.ts';
import type { SourceMailData } from '../../domain/sources/mail.ts';
import { dumpOf } from '../support/dump.ts';
import { useEngine } from '../support/engine.ts';
import { findWords } from '../support/markers.ts';
import { addPerson, archive } from '../support/people.ts';
import { planPeople } from '../support/planned-runs.ts';
import { makeOrganisation, type TestOrganisation } from '../support/runs.ts';
import { addDelivery, addSource, ageSource } from '../support/source-rows.ts';
import { until } from '../support/stack.ts';

const engine = useEngine();
const log = openLog('test', { level: 'silent', isJson: true });
let organisation: TestOrganisation;

beforeEach(async () => {
  organisation = await makeOrganisation(engine.db);
});

type Mail = { what: string; occasion: string; to: string | null; data: SourceMailData; state: string };

const mailsOf = async (sourceId: number): Promise<Mail[]> => [
  ...(await engine.db.execute<Mail>(sql`
    select what, occasion, to_address as "to", data, state from outgoing_mail where source_id = ${sourceId} order by id`)),
];
const tell = (sourceId: number, what: 'source-failed' | 'source-imported', occasion: string) =>
  noteSourceMail(engine.db, { sourceId, what, occasion });
const settle = (sourceId: number) =>
  engine.db.execute(
    sql`update outgoing_mail set state = 'sent', settled_at = now() where source_id = ${sourceId} and state = 'waiting'`,
  );

describe('a mail about a source', () => {
  test('is noted for each address once, however often its occasion is told', async () => {
    const { id } = await addSource(engine.db, organisation, {
      notify: ['a@example.org', 'b@example.org', 'A@example.org'],
    });
    const news = {
      sourceId: id,
      what: 'source-failed',
      occasion: 'delivery-12',
      data: { code: 'gone' },
    } as const;
    const ids = await noteSourceMail(engine.db, news);
    expect(ids).toHaveLength(2);
    expect(await Promise.all([1, 2, 3].map(() => noteSourceMail(engine.db, news)))).toEqual([ids, ids, ids]);
    expect((await mailsOf(id)).map(({ to }) => to?.toLowerCase()).sort()).toEqual([
      'a@example.org',
      'b@example.org',
    ]);
    expect(await listWaitingMails(engine.db)).toEqual(expect.arrayContaining(ids));
    await settle(id);
    expect(await noteSourceMail(engine.db, news)).toEqual([]);
    expect(await noteSourceMail(engine.db, { ...news, occasion: 'delivery-13' })).toHaveLength(2);
  });

  test('is loaded with its source, its delivery, its files and its key, and no other mail has that', async () => {
    const source = await addSource(engine.db, organisation);
    const deliveryId = await addDelivery(engine.db, source.id, 'failed');
    await engine.db.execute(sql`
      insert into source_file (delivery_id, source_id, part, pattern, name, bytes, moved_to, moved_as)
      values (${deliveryId}, ${source.id}, 0, 0, 'people-1.csv', 10, 'failed', 'people-1-x.csv')`);
    const [one] = await noteSourceMail(engine.db, {
      sourceId: source.id,
      what: 'source-failed',
      occasion: `delivery-${deliveryId}`,
      deliveryId,
    });
    const mail = await getMailToSend(engine.db, one ?? 0);
    expect(mail).toMatchObject({
      about: 'source',
      key: `source-failed-${source.id}-${one}`,
      language: 'en',
      source: { id: source.id, name: source.name, siteId: organisation.siteId },
      delivery: { id: deliveryId, outcome: 'failed' },
      files: [{ name: 'people-1.csv', movedTo: 'failed', movedAs: 'people-1-x.csv', isRun: false }],
      runs: [],
      asking: null,
    });
  });

  test('is not noted for a source that is removed, and goes with it', async () => {
    const { id } = await addSource(engine.db, organisation);
    const [mailId] = await tell(id, 'source-failed', 'delivery-1');
    await settle(id);
    await removeSource(engine.db, id);
    expect(await tell(id, 'source-failed', 'delivery-2')).toEqual([]);
    const keys: string[] = [];
    const stop = await engine.db.listen(MAIL_FORGOTTEN_CHANNEL, (key) => void keys.push(key));
    onTestFinished(async () => void (await stop?.()));
    await deleteRemovedSource(engine.db, id);
    expect(await mailsOf(id)).toEqual([]);
    await until('copies are told of', async () => keys.length > 0 || undefined);
    expect(keys).toEqual([`source-failed-${id}-${mailId}`]);
  });
});

describe('good news', () => {
  test('are told where everything is, but not of files that were the same', async () => {
    const { id } = await addSource(engine.db, organisation, { tells: 'everything' });
    const same = await addDelivery(engine.db, id, 'same');
    const news = { sourceId: id, what: 'source-imported' } as const;
    expect(await noteSourceMail(engine.db, { ...news, occasion: 'delivery-1' })).toHaveLength(1);
    expect(await noteSourceMail(engine.db, { ...news, occasion: 'delivery-2', deliveryId: same })).toEqual(
      [],
    );
  });

  test('are told once after bad ones where only problems are', async () => {
    const { id } = await addSource(engine.db, organisation);
    expect(await tell(id, 'source-imported', 'delivery-1')).toEqual([]);
    await tell(id, 'source-failed', 'delivery-2');
    const same = await addDelivery(engine.db, id, 'same');
    const back = { sourceId: id, what: 'source-imported', occasion: 'delivery-3', deliveryId: same } as const;
    const ids = await noteSourceMail(engine.db, back);
    expect(ids).toHaveLength(1);
    expect(await noteSourceMail(engine.db, back)).toEqual(ids);
    expect(await tell(id, 'source-imported', 'delivery-4')).toEqual([]);
    expect((await mailsOf(id)).at(-1)?.data).toEqual({ deliveryId: same, after: 'source-failed' });
  });
});

describe('the alarm that nothing good has come', () => {
  const sweep = () => sweepFreshness({ db: engine.db, log });
  const staleSince = async (id: number) =>
    (
      await engine.db.execute<{ at: Date | null }>(sql`select stale_since as at from source where id = ${id}`)
    )[0]?.at;
  const events = async (id: number) => [
    ...(await engine.db.execute(sql`
      select site_id as "siteId", details from audit_event
      where root_id = ${organisation.rootId} and what = 'source.stale' and subject_id = ${String(id)}`)),
  ];

  test('is raised once, with a mail and an event, however many sweep; and anew only after something good', async () => {
    const { id } = await addSource(engine.db, organisation, { freshHours: 24 });
    await ageSource(engine.db, id, 23);
    expect(await sweep()).toEqual([]);
    await ageSource(engine.db, id, 2);
    await noteSourceFailed(engine.db, id, { code: 'unreachable', message: 'Away.' });
    const raised = await Promise.all([sweep(), sweep(), sweep()]);
    expect(raised.flat()).toHaveLength(1);
    expect(await staleSince(id)).not.toBeNull();
    expect(await events(id)).toEqual([{ siteId: organisation.siteId, details: { freshHours: 24 } }]);
    expect((await mailsOf(id))[0]).toMatchObject({ what: 'source-stale', data: { freshHours: 24 } });
    await noteSourceGood(engine.db, id);
    expect(await tell(id, 'source-imported', 'delivery-1')).toHaveLength(1);
    expect((await mailsOf(id)).at(-1)?.data.after).toBe('source-stale');
    expect(await sweep()).toEqual([]);
    await ageSource(engine.db, id, 25);
    expect(await sweep()).toHaveLength(1);
    expect(await events(id)).toHaveLength(2);
  });

  test('is raised of a source that paused itself, and not of one that somebody paused', async () => {
    const options = { freshHours: 1 };
    const [itself, byHand] = [
      await addSource(engine.db, organisation, options),
      await addSource(engine.db, organisation, options),
    ];
    await pauseSource(engine.db, itself.id, { reason: 'failures', byPersonId: null });
    await pauseSource(engine.db, byHand.id, { reason: 'asked', byPersonId: organisation.adminId });
    for (const { id } of [itself, byHand]) await ageSource(engine.db, id, 2);
    expect(await sweep()).toHaveLength(1);
    expect(await staleSince(itself.id)).not.toBeNull();
    expect(await staleSince(byHand.id)).toBeNull();
  });

  test('counts from when somebody resumed it, and ends by that', async () => {
    const { id } = await addSource(engine.db, organisation, { freshHours: 1 });
    await pauseSource(engine.db, id, { reason: 'failures', byPersonId: null });
    await ageSource(engine.db, id, 2);
    expect(await sweep()).toHaveLength(1);
    await resumeSource(engine.db, id, { by: { personId: organisation.adminId, name: 'Ada Admin' } });
    expect(await sweep()).toEqual([]);
    expect(await staleSince(id)).toBeNull();
  });

  test('needs nobody to be told, and none is raised of a source that is removed or need not be fresh', async () => {
    const quiet = await addSource(engine.db, organisation, { freshHours: 1, notify: [] });
    const removed = await addSource(engine.db, organisation, { freshHours: 1 });
    const never = await addSource(engine.db, organisation, { freshHours: null });
    for (const { id } of [quiet, removed, never]) await ageSource(engine.db, id, 2);
    await removeSource(engine.db, removed.id);
    expect(await sweep()).toEqual([]);
    expect(await staleSince(quiet.id)).not.toBeNull();
    expect(await events(quiet.id)).toHaveLength(1);
    expect([await staleSince(removed.id), await staleSince(never.id)]).toEqual([null, null]);
  });
});

describe('forgetting', () => {
  const MARK = 'qxquellwart';

  test.each(['anonymize', 'delete'] as const)(
    'who is told of a source leaves no address in its mails (%s), and what waits is not sent',
    async (phase) => {
      const person = await addPerson(engine.db, organisation.siteId, MARK);
      await engine.db.execute(sql`
        insert into person_history (person_id, version, what, before, after)
        values (${person.id}, 99, 'updated', ${JSON.stringify({ email: `${MARK}-alt@example.org` })}::jsonb, '{}')`);
      await archive(engine.db, person.id);
      const { id } = await addSource(engine.db, organisation, {
        notify: [`${MARK.toUpperCase()}@example.org`, 'other@example.org', `${MARK}-alt@example.org`],
      });
      await tell(id, 'source-failed', 'delivery-1');
      await settle(id);
      await tell(id, 'source-failed', 'delivery-2');
      // Whom it tells from now on is the source's own affair.
      await engine.db.execute(sql`update source set notify = '{}' where id = ${id}`);
      const run = await planPeople(engine.db, organisation, phase, [
        { ...person, version: person.version + 1 },
      ]);
      await engine.apply(run);
      await engine.end(run.id);
      const mails = await mailsOf(id);
      expect(mails.filter(({ to }) => to !== null)).toMatchObject([
        { to: 'other@example.org', state: 'sent' },
        { to: 'other@example.org', state: 'waiting' },
      ]);
      expect(
        mails
          .filter(({ to }) => to === null)
          .map(({ state }) => state)
          .sort(),
      ).toEqual(['refused', 'refused', 'sent', 'sent']);
      expect(
        (await listForgottenMails(engine.db)).filter((key) => key.startsWith(`source-failed-${id}-`)),
      ).toHaveLength(4);
      const { pg_stats: _, ...dump } = await dumpOf(engine.db);
      expect(Object.entries(dump).filter(([, text]) => findWords(text, [MARK]).length > 0)).toEqual([]);
    },
  );

  test('addresses of mails that left long ago go by themselves', async () => {
    const { id } = await addSource(engine.db, organisation);
    await tell(id, 'source-failed', 'delivery-1');
    await settle(id);
    await engine.db.execute(
      sql`update outgoing_mail set settled_at = now() - interval '31 days' where source_id = ${id}`,
    );
    await forgetSettledMails(engine.db, 30, 100);
    expect(await mailsOf(id)).toMatchObject([{ to: null, data: {}, state: 'sent' }]);
  });
});
