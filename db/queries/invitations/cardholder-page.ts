// What the cardholder's page knows: whom a link asks, for which organisation, and what became of the photo so far.
import { type SQL, sql } from 'drizzle-orm';
import type { AuditWhat } from '../../../domain/audit.ts';
import type { InvitationState } from '../../../domain/invitation.ts';
import type { Language } from '../../../domain/language.ts';
import type { PersonStatus } from '../../../domain/person.ts';
import type { Crop, DeclineReason, PhotoState } from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';

/** The photo that the cardholder sent last, whatever became of it. */
export type SentPhoto = {
  id: string;
  state: PhotoState;
  fileKey: string;
  mediaType: string;
  width: number | null;
  height: number | null;
  crop: Crop | null;
  sentAt: Date;
  declineReasons: DeclineReason[];
  note: string | null;
};

export type CardholderPage = {
  invitationId: number;
  personId: number;
  state: InvitationState;
  expiresAt: Date;
  personStatus: PersonStatus;
  firstName: string | null;
  organisation: string;
  site: string;
  /** Who writes, such as *Card office*, and to whom an answer goes; null where no site up to the root says so. */
  office: string | null;
  replyTo: string | null;
  language: Language | null;
  logo: { fileKey: string; mediaType: string } | null;
  isUnsubscribed: boolean;
  /** The link has been followed before. */
  isOpened: boolean;
  photo: SentPhoto | null;
};

type Found = Omit<CardholderPage, 'expiresAt' | 'photo'> & {
  expiresAt: string;
  photo: (Omit<SentPhoto, 'sentAt'> & { sentAt: string }) | null;
};

/** The nearest site upwards that says something, as `value`. */
const nearest = (value: SQL, isSaid: SQL): SQL => sql`(
      select ${value} from site above left join invitation_settings said on said.site_id = above.id
      where above.id = any (s.path) and ${isSaid}
      order by cardinality(above.path) desc limit 1)`;

/** What the page behind a link shows; undefined where nobody was ever sent that link. One statement either way. */
export async function findCardholderPage(
  db: Database,
  tokenHash: string,
): Promise<CardholderPage | undefined> {
  const [found] = await db.execute<Found>(sql`
    select i.id::float8 as "invitationId", p.id::float8 as "personId", i.state, i.expires_at as "expiresAt",
      p.status as "personStatus", p.first_name as "firstName", r.name as organisation, s.name as site,
      ${nearest(sql`said.office`, sql`said.office is not null`)} as office,
      ${nearest(sql`said.reply_to`, sql`said.reply_to is not null`)} as "replyTo",
      ${nearest(sql`above.language`, sql`above.language is not null`)} as language,
      ${nearest(
        sql`jsonb_build_object('fileKey', said.logo_file_key, 'mediaType', said.logo_media_type)`,
        sql`said.logo_file_key is not null`,
      )} as logo,
      exists (
        select from mail_stop m where m.person_id = p.id and m.reason = 'unsubscribed'
      ) as "isUnsubscribed",
      l.opened_at is not null as "isOpened",
      (
        select jsonb_build_object(
          'id', h.id, 'state', h.state, 'fileKey', h.file_key, 'mediaType', h.media_type, 'width', h.width,
          'height', h.height, 'crop', h.crop, 'sentAt', h.created_at,
          'declineReasons', coalesce(to_jsonb(h.decline_reasons), '[]'), 'note', h.note)
        from photo h
        where h.person_id = p.id and h.kind = 'cardholder' and h.invitation_id is not null
          -- Whoever is asked anew is not told why an earlier photo was sent back.
          and (h.state <> 'declined' or h.decided_at >= i.created_at)
        order by h.state = 'waiting' desc, h.created_at desc limit 1
      ) as photo
    from invitation_mail l
      join invitation i on i.id = l.invitation_id
      join person p on p.id = i.person_id
      join site s on s.id = p.site_id
      join site r on r.id = p.root_id
    where l.token_hash = ${tokenHash}`);
  if (!found) return undefined;
  const { expiresAt, photo, ...page } = found;
  return {
    ...page,
    expiresAt: new Date(expiresAt),
    photo: photo && { ...photo, sentAt: new Date(photo.sentAt) },
  };
}

/** Notes that a link was followed for the first time; later times change nothing. */
export async function noteOpened(db: Database, tokenHash: string): Promise<void> {
  await db.execute(
    sql`update invitation_mail set opened_at = now() where token_hash = ${tokenHash} and opened_at is null`,
  );
}

/** Whether a photo of this id came from this person already, whatever became of it since. */
export async function hasSentPhoto(
  db: Database,
  { photoId, personId }: { photoId: string; personId: number },
): Promise<boolean> {
  const rows = await db.execute(sql`
    select from photo where id = ${photoId} and person_id = ${personId}
    union all
    select from photo_deletion where photo_id = ${photoId}`);
  return rows.length > 0;
}

/**
 * Sends no more mails to whom a link was sent, as they wish, and notes it; asked again it changes nothing. False where nobody was
 * sent that link. Works for a link that has expired as well: to say no has no deadline.
 */
export async function unsubscribeByLink(db: Database, tokenHash: string): Promise<boolean> {
  const rows = await db.execute(sql`
    with known as (
      select p.id, p.site_id, p.root_id from invitation_mail l
        join invitation i on i.id = l.invitation_id
        join person p on p.id = i.person_id
      where l.token_hash = ${tokenHash}
    ), stopped as (
      insert into mail_stop (person_id, reason) select id, 'unsubscribed' from known
      on conflict do nothing returning person_id
    )
    select k.id, (
      select note_audit(k.root_id, k.site_id, null, ${'person.unsubscribed' satisfies AuditWhat}, null, 'person', k.id::text, '{}')
      from stopped
    ) from known k`);
  return rows.length > 0;
}
