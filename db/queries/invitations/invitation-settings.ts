// How sites invite and what they say: read and set, each as the nearest site upwards says.
import { sql } from 'drizzle-orm';
import type { InvitationMailKind } from '../../../domain/invitation.ts';
import {
  effectiveSettings,
  type InvitationSettings,
  settingsIn,
} from '../../../domain/invitation-settings.ts';
import type { MailText } from '../../../domain/invitation-text.ts';
import type { Language } from '../../../domain/language.ts';
import type { Database } from '../../client.ts';
import { invitationSettings, invitationText } from '../../schema/invitations.ts';

/** A picture in the file store. */
export type Logo = { fileKey: string; mediaType: string };

type SaidRow = InvitationSettings & {
  siteId: number;
  logoFileKey: string | null;
  logoMediaType: string | null;
};

const NOTHING_SAID: InvitationSettings = {
  office: null,
  replyTo: null,
  linkDays: null,
  reminderDays: null,
  deadlineDays: null,
};

/** What a site says itself, what holds there by whom, and the logo with the site that has it. */
export async function getInvitationSettingsOfSite(db: Database, siteId: number) {
  const said = await listSaid(db, siteId);
  const { office, replyTo, linkDays, reminderDays, deadlineDays } =
    said.find((one) => one.siteId === siteId) ?? NOTHING_SAID;
  const own: InvitationSettings = { office, replyTo, linkDays, reminderDays, deadlineDays };
  const effective = effectiveSettings(said);
  return { own, effective: { ...effective, logoFromSiteId: withLogo(said)?.siteId ?? null } };
}

/** What holds at a site. */
export const getInvitationSettings = async (db: Database, siteId: number) =>
  settingsIn(effectiveSettings(await listSaid(db, siteId)));

/** The logo that holds at a site, or undefined. */
export async function findLogo(db: Database, siteId: number): Promise<Logo | undefined> {
  return logoOf(await listSaid(db, siteId));
}

const withLogo = (said: readonly SaidRow[]) => said.find(({ logoFileKey }) => logoFileKey !== null);

function logoOf(said: readonly SaidRow[]): Logo | undefined {
  const by = withLogo(said);
  if (!by?.logoFileKey || !by.logoMediaType) return undefined;
  return { fileKey: by.logoFileKey, mediaType: by.logoMediaType };
}

/** What the site and those above it say, nearest first. */
async function listSaid(db: Database, siteId: number): Promise<SaidRow[]> {
  const rows = await db.execute<SaidRow>(sql`
    select g.site_id as "siteId", g.office, g.reply_to as "replyTo", g.link_days as "linkDays",
      g.reminder_days as "reminderDays", g.deadline_days as "deadlineDays", g.logo_file_key as "logoFileKey",
      g.logo_media_type as "logoMediaType"
    from site s
    cross join lateral unnest(s.path) with ordinality as above (site_id, depth)
    join invitation_settings g on g.site_id = above.site_id
    where s.id = ${siteId}
    order by above.depth desc`);
  return [...rows];
}

/** Sets all that a site says itself; null leaves it to the site above. */
export async function putInvitationSettings(
  db: Database,
  siteId: number,
  { reminderDays, ...others }: InvitationSettings,
): Promise<void> {
  const said = { ...others, reminderDays: reminderDays && [...reminderDays] };
  await db
    .insert(invitationSettings)
    .values({ siteId, ...said })
    .onConflictDoUpdate({ target: invitationSettings.siteId, set: { ...said, updatedAt: sql`now()` } });
}

/** Gives a site its own logo, or takes it with null. Gives the key of the file that is not needed any more. */
export async function putLogo(db: Database, siteId: number, logo: Logo | null): Promise<string | null> {
  const [before] = await db.execute<{ fileKey: string | null }>(sql`
    with before as materialized (
      select logo_file_key from invitation_settings where site_id = ${siteId} for update
    ),
    put as (
      insert into invitation_settings (site_id, logo_file_key, logo_media_type)
      values (${siteId}, ${logo?.fileKey ?? null}, ${logo?.mediaType ?? null})
      on conflict (site_id) do update
      set logo_file_key = excluded.logo_file_key, logo_media_type = excluded.logo_media_type, updated_at = now()
    )
    select logo_file_key as "fileKey" from before`);
  return before?.fileKey ?? null;
}

/** A text and the site that says it. */
export type SaidText = MailText & { fromSiteId: number };

/** What the nearest site upwards says in a mail of this kind and language, or undefined where none says anything. */
export async function findInvitationText(
  db: Database,
  siteId: number,
  language: Language,
  what: InvitationMailKind,
): Promise<SaidText | undefined> {
  const [found] = await db.execute<SaidText>(sql`
    select t.subject, t.text, t.site_id as "fromSiteId"
    from site s join invitation_text t on t.site_id = any (s.path)
    where s.id = ${siteId} and t.language = ${language} and t.what = ${what}
    order by array_position(s.path, t.site_id) desc limit 1`);
  return found;
}

/** Sets what a site says in a mail. */
export async function putInvitationText(
  db: Database,
  siteId: number,
  language: Language,
  what: InvitationMailKind,
  { subject, text }: MailText,
): Promise<void> {
  await db
    .insert(invitationText)
    .values({ siteId, language, what, subject, text })
    .onConflictDoUpdate({
      target: [invitationText.siteId, invitationText.language, invitationText.what],
      set: { subject, text },
    });
}

/** Leaves a mail to the site above again. */
export async function deleteInvitationText(
  db: Database,
  siteId: number,
  language: Language,
  what: InvitationMailKind,
): Promise<void> {
  await db.execute(sql`
    delete from invitation_text where site_id = ${siteId} and language = ${language} and what = ${what}`);
}

/** The language of a site, the name of its organisation, and its own. */
export type SiteVoice = { language: Language; organisation: string; siteName: string };

/** In which language and for whom a site speaks to its cardholders. */
export async function getSiteVoice(db: Database, siteId: number): Promise<SiteVoice> {
  const [found] = await db.execute<SiteVoice>(sql`
    select s.name as "siteName", r.name as organisation, coalesce((
        select l.language from site l where l.id = any (s.path) and l.language is not null
        order by cardinality(l.path) desc limit 1), 'en') as language
    from site s join site r on r.id = s.root_id
    where s.id = ${siteId}`);
  if (!found) throw new Error(`there is no site ${siteId}`);
  return found;
}
