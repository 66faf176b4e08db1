// Links to the cardholder's page for tests, as a mail would bring them, and photos to send by them.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'drizzle-orm';
import sharp from 'sharp';
import { beforeAll } from 'vitest';
import { goodPhoto } from '../../api/cardholder/illustrations.ts';
import type { Database } from '../../db/client.ts';
import type { DeclineReason } from '../../domain/photo.ts';
import { addPerson } from './people.ts';

export type Cardholder = { token: string; personId: number; invitationId: number };

/** Somebody who was sent a link. */
export async function inviteCardholder(
  db: Database,
  siteId: number,
  {
    firstName = 'Amara',
    days = 28,
    runId,
  }: { firstName?: string | null; days?: number; runId?: string } = {},
): Promise<Cardholder> {
  const person = await addPerson(db, siteId, `holder-${randomBytes(5).toString('hex')}`, { firstName });
  const [row] = await db.execute<{ id: string }>(sql`
    insert into invitation (bulk_action_id, person_id, site_id, root_id, expires_at)
    values (${runId ?? null}, ${person.id}, ${siteId}, ${person.rootId}, now() + make_interval(days => ${days}))
    returning id`);
  const invitationId = Number(row?.id);
  return { token: await mailLink(db, invitationId), personId: person.id, invitationId };
}

/** One more mail of an invitation: gives the token of its link. */
export async function mailLink(db: Database, invitationId: number): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(token).digest('hex');
  await db.execute(sql`
    insert into invitation_mail (invitation_id, number, what, state, token_hash)
    select ${invitationId}, count(*), 'invitation', 'sent', ${hash}
    from invitation_mail where invitation_id = ${invitationId}`);
  return token;
}

/** What an admin says of the photo that waits, without the mails about it. */
export async function decide(
  db: Database,
  { personId, invitationId }: Cardholder,
  verdict: 'approved' | { reasons: DeclineReason[]; note?: string },
): Promise<void> {
  const isApproved = verdict === 'approved';
  await db.execute(sql`
    with decided as (
      update photo set state = ${isApproved ? 'approved' : 'declined'}, decided_at = now(),
        decline_reasons = ${sql.param(isApproved ? null : verdict.reasons)}::text[],
        note = ${isApproved ? null : (verdict.note ?? null)}
      where person_id = ${personId} and state = 'waiting'
    )
    update invitation set state = ${isApproved ? 'done' : 'open'} where id = ${invitationId}`);
}

export async function setInvitation(
  db: Database,
  { invitationId }: Cardholder,
  to: { state?: string; expiresAt?: Date },
): Promise<void> {
  await db.execute(sql`
    update invitation set state = coalesce(${to.state ?? null}, state),
      expires_at = coalesce(${to.expiresAt?.toISOString() ?? null}::timestamptz, expires_at)
    where id = ${invitationId}`);
}

/** The drawing of the page as a photo: a face that is to be seen, in the middle of a light wall. */
export function portrait({ width = 1200, height = 1528 } = {}): Promise<Buffer> {
  const drawing = goodPhoto.text.replace('<svg', '<svg xmlns="http://www.w3.org/2000/svg"');
  return sharp(Buffer.from(drawing), { density: 400 })
    .resize(width, height, { fit: 'cover' })
    .jpeg()
    .toBuffer();
}

/** A JPEG of noise: as large in bytes as pictures get. */
export function noise(width: number, height: number): Promise<Buffer> {
  const raw = { width, height, channels: 3 as const };
  return sharp(randomBytes(width * height * 3), { raw })
    .jpeg({ quality: 95 })
    .toBuffer();
}

/** To be called at the top of a test file that asks for the page: it is built unless it is there as it should be. */
export function useCardholderPage(): void {
  beforeAll(async () => {
    const script = new URL('../../web/build.mjs', import.meta.url).pathname;
    await promisify(execFile)(process.execPath, [script]);
  });
}
