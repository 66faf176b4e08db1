// Photos of cardholders for tests: invitations, pictures that are sent, and how all of it stands.
import { randomBytes } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { addCardholderPhoto, type StoredPicture } from '../../db/queries/photos/photos.ts';
import type { InvitationState } from '../../domain/invitation.ts';
import type { PhotoState } from '../../domain/photo.ts';

export const newPicture = (): StoredPicture => {
  const id = randomBytes(8).toString('hex');
  return {
    photoId: id,
    fileKey: id,
    mediaType: 'image/jpeg',
    bytes: 1000,
    sha256: `sha-${id}`,
    width: 600,
    height: 800,
    checks: { size: 'fine', focus: 'fine', light: 'fine', background: 'warning' },
    crop: null,
  };
};

/** Invites a person; gives the invitation. `runId` needs no run: nothing refers to it. */
export async function invite(
  db: Database,
  personId: number,
  { runId = null, days = 30 }: { runId?: string | null; days?: number } = {},
): Promise<number> {
  const [row] = await db.execute<{ id: number }>(sql`
    with invited as (
      insert into invitation (bulk_action_id, person_id, site_id, root_id, expires_at)
      select ${runId}, p.id, p.site_id, p.root_id, now() + make_interval(days => ${days})
      from person p where p.id = ${personId} returning id
    ), mailed as (
      insert into invitation_mail (invitation_id, number, what, state) select id, 0, 'invitation', 'sent' from invited
    )
    select id from invited`);
  return Number(row?.id);
}

/** Sends a picture as the cardholder's page does; gives the photo's id, or undefined where it was not taken. */
export async function sendPhoto(
  db: Database,
  personId: number,
  invitationId: number,
): Promise<string | undefined> {
  const picture = newPicture();
  const runs = await addCardholderPhoto(db, { ...picture, invitationId, personId });
  return runs && picture.photoId;
}

/** The photos of a person, by when they came. */
export async function photosOf(
  db: Database,
  personId: number,
): Promise<{ id: string; state: PhotoState; note: string | null }[]> {
  const rows = await db.execute<{ id: string; state: PhotoState; note: string | null }>(sql`
    select id, state, note from photo where person_id = ${personId} order by created_at, id`);
  return [...rows];
}

/** The invitations of a person, in their order. */
export async function invitationsOf(db: Database, personId: number): Promise<InvitationState[]> {
  const rows = await db.execute<{ state: InvitationState }>(sql`
    select state from invitation where person_id = ${personId} order by id`);
  return [...rows].map(({ state }) => state);
}

/** The mails about decisions that a person gets. */
export async function decisionMailsOf(db: Database, personId: number) {
  const rows = await db.execute<{
    id: number;
    what: string;
    state: string;
    photoId: string;
    seconds: number;
  }>(sql`
    select m.id::float8 as id, m.what, m.state, m.photo_id as "photoId",
      extract(epoch from m.due_at - now())::float8 as seconds
    from invitation_mail m join invitation i on i.id = m.invitation_id
    where i.person_id = ${personId} and m.photo_id is not null order by m.id`);
  return [...rows];
}

/** A run that holds the lock of a site, as the database knows it, while the work goes on. */
export async function whileHeld(
  db: Database,
  { siteId, rootId }: { siteId: number; rootId: number },
  work: () => Promise<void>,
): Promise<void> {
  await db.execute(sql`
    insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, state, rows_total, by_name)
    values ('holding', ${siteId}, ${rootId}, 'people', 'people', '{}', '{}', 'applying', 100, 'Ada Min')
    on conflict do nothing`);
  await db.execute(
    sql`update edit_lock set holder = 'holding', granted_at = now() where site_id = ${siteId}`,
  );
  try {
    await work();
  } finally {
    await db.execute(sql`update edit_lock set holder = null, granted_at = null`);
  }
}
