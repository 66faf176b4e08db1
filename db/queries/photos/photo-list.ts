// Photos as admins see them: found, listed for the review and counted.
import { type SQL, sql } from 'drizzle-orm';
import type { Crop, DeclineReason, PhotoChecks, PhotoState } from '../../../domain/photo.ts';
import type { Database } from '../../client.ts';

/** A photo of a cardholder, with whom it is of. */
export type PhotoRow = {
  id: string;
  siteId: number;
  state: PhotoState;
  fileKey: string;
  mediaType: string;
  bytes: number;
  sha256: string;
  width: number | null;
  height: number | null;
  checks: PhotoChecks | null;
  crop: Crop | null;
  bulkActionId: string | null;
  createdAt: Date;
  decidedAt: Date | null;
  /** As the person is called now; null where there is none, or nobody is left. */
  decidedBy: string | null;
  declineReasons: DeclineReason[];
  note: string | null;
  /** When the mail about the decision leaves, as long as that is to come. */
  mailDueAt: Date | null;
  invitedAt: Date | null;
  /** Null for a photo that was kept when its person was anonymized. */
  person: {
    id: number;
    identifier: string | null;
    firstName: string | null;
    lastName: string | null;
    displayName: string | null;
    orgUnit: string | null;
  } | null;
};

const TIMES = ['createdAt', 'decidedAt', 'mailDueAt', 'invitedAt'] as const;
type Read = Omit<PhotoRow, (typeof TIMES)[number]> & Record<(typeof TIMES)[number], string | null>;

/** What is read of photos `p`. */
const SHOWN = sql`
    select p.id, p.site_id as "siteId", p.state, p.file_key as "fileKey", p.media_type as "mediaType", p.bytes::float8 as bytes,
      p.sha256, p.width, p.height, p.checks, p.crop, p.bulk_action_id as "bulkActionId", p.created_at as "createdAt",
      p.decided_at as "decidedAt", coalesce(p.decline_reasons, '{}') as "declineReasons", p.note,
      (select nullif(coalesce(d.display_name, concat_ws(' ', d.first_name, d.last_name)), '')
        from person d where d.id = p.decided_by_id) as "decidedBy",
      (select i.created_at from invitation i where i.id = p.invitation_id) as "invitedAt",
      (select m.due_at from invitation_mail m
        where m.invitation_id = p.invitation_id and m.photo_id = p.id and m.state = 'waiting' and m.claimed_at is null
        order by m.id desc limit 1) as "mailDueAt",
      (select jsonb_build_object('id', w.id, 'identifier', w.identifier, 'firstName', w.first_name, 'lastName', w.last_name,
          'displayName', w.display_name, 'orgUnit', (select o.name from org_unit o where o.id = w.org_unit_id))
        from person w where w.id = p.person_id) as person`;

/** The photo of this id, of a cardholder, or undefined. */
export async function findPhoto(db: Database, id: string): Promise<PhotoRow | undefined> {
  const [found] = await db.execute<Read>(
    sql`${SHOWN} from photo p where p.id = ${id} and p.kind = 'cardholder'`,
  );
  return found && toRow(found);
}

/** The approved photo of a person, or undefined: it is the one on the card. */
export async function findPhotoOf(db: Database, personId: number): Promise<PhotoRow | undefined> {
  const [found] = await db.execute<Read>(sql`
    ${SHOWN} from photo p where p.person_id = ${personId} and p.kind = 'cardholder' and p.state = 'approved'`);
  return found && toRow(found);
}

/** Which photos there are of these ids, and at which sites; in no order. */
export async function listPhotoSites(
  db: Database,
  ids: readonly string[],
): Promise<{ id: string; siteId: number }[]> {
  const rows = await db.execute<{ id: string; siteId: number }>(sql`
    select id, site_id as "siteId" from photo
    where id = any (${sql.param([...ids])}::text[]) and kind = 'cardholder' and person_id is not null`);
  return [...rows];
}

export type PhotoQuery = {
  /** The photos of these sites and all below them. */
  siteIds: readonly number[];
  state: Exclude<PhotoState, 'replaced'>;
  /** Photos that were sent back for it. */
  reason?: DeclineReason | undefined;
};

/** A place in a list: the moment by which it is ordered, in microseconds since 1970, and the photo. */
export type PhotoPlace = { micros: number; id: string };
export type ListedPhoto = PhotoRow & PhotoPlace;

/**
 * Photos of people who are not anonymized. Those that wait, of active people alone: the oldest first; others by when they
 * were decided about, or came, the newest first. Each site is walked by its own index, as far as one page goes.
 */
export async function listPhotos(
  db: Database,
  { siteIds, state, reason }: PhotoQuery,
  page: { after?: PhotoPlace | undefined; limit: number },
): Promise<ListedPhoto[]> {
  const isQueue = state === 'waiting';
  const at = isQueue ? sql`x.created_at` : sql`coalesce(x.decided_at, x.created_at)`;
  const direction = isQueue ? sql`asc` : sql`desc`;
  const rows = await db.execute<Read & { micros: number }>(sql`
    with page as materialized (
      select near.id, near.at
      from site s cross join lateral (
        select x.id, ${at} as at from photo x
        where x.site_id = s.id and x.kind = 'cardholder' and x.state = ${sql.raw(`'${state}'`)}
          and ${isShown(isQueue)} ${reason ? sql`and ${reason} = any (x.decline_reasons)` : sql``}
          ${page.after ? sql`and (${at}, x.id) ${isQueue ? sql`>` : sql`<`} (${momentOf(page.after)}, ${page.after.id})` : sql``}
        order by ${at} ${direction}, x.id ${direction} limit ${page.limit}
      ) as near
      where s.path && ${sql.param([...siteIds])}::int[]
      order by near.at ${direction}, near.id ${direction} limit ${page.limit}
    )
    ${SHOWN}, (extract(epoch from page.at) * 1000000)::bigint::float8 as micros
    from page join photo p on p.id = page.id
    order by page.at ${direction}, page.id ${direction}`);
  return [...rows].map((row) => ({ ...toRow(row), micros: row.micros }));
}

const momentOf = ({ micros }: PhotoPlace): SQL =>
  sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;

const isShown = (isQueue: boolean): SQL =>
  isQueue
    ? sql`exists (select from person w where w.id = x.person_id and w.status is not distinct from 'active')`
    : sql`x.person_id is not null`;

/** How many photos wait for a look, at these sites and all below them. */
export async function countWaitingPhotos(db: Database, siteIds: readonly number[]): Promise<number> {
  const [row] = await db.execute<{ waiting: number }>(sql`
    select count(*)::int as waiting from photo x
    where x.state = 'waiting' and x.kind = 'cardholder' and ${isShown(true)}
      and x.site_id in (select s.id from site s where s.path && ${sql.param([...siteIds])}::int[])`);
  return row?.waiting ?? 0;
}

const toRow = ({ createdAt, decidedAt, mailDueAt, invitedAt, ...row }: Read): PhotoRow => ({
  ...row,
  createdAt: new Date(createdAt ?? 0),
  decidedAt: dateOf(decidedAt),
  mailDueAt: dateOf(mailDueAt),
  invitedAt: dateOf(invitedAt),
});

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));
