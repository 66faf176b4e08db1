// What a site says in its mails to cardholders, ready to be poured: read once for all mails that leave together.
import type { FileStore } from '../adapters/files.ts';
import type { InlinePicture } from '../adapters/mail/cardholder-lane.ts';
import { type Mould, mouldOf } from '../adapters/mail/cardholder-mails.ts';
import type { Database } from '../db/client.ts';
import {
  findInvitationText,
  findLogo,
  getInvitationSettings,
  getSiteVoice,
  type Logo,
} from '../db/queries/invitations/invitation-settings.ts';
import type { InvitationMailKind } from '../domain/invitation.ts';
import { CARDHOLDER_WORDS } from '../domain/invitation-words.ts';
import { Refusal } from '../domain/refusal.ts';

export type SiteMail = { mould: Mould; replyTo: string | null; logo: InlinePicture | null };

/** The name of the logo inside a mail. */
const LOGO_CID = 'logo';

export type Moulds = { of(siteId: number, what: InvitationMailKind): Promise<SiteMail> };

/** To be thrown away after a while: what a site says then is not noticed before. */
export function openMoulds(db: Database, files: FileStore): Moulds {
  const sites = new Map<number, ReturnType<typeof siteOf>>();
  const mails = new Map<string, Promise<SiteMail>>();
  return {
    of(siteId, what) {
      const site = kept(sites, siteId, () => siteOf(db, files, siteId));
      return kept(mails, `${siteId} ${what}`, async () => mailOf(db, siteId, what, await site));
    },
  };
}

/** What failed is asked for anew. */
function kept<Key, Value>(
  cache: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = cache.get(key);
  if (known) return known;
  const made = make();
  cache.set(key, made);
  made.catch(() => cache.delete(key));
  return made;
}

async function siteOf(db: Database, files: FileStore, siteId: number) {
  const [voice, settings, logo] = await Promise.all([
    getSiteVoice(db, siteId),
    getInvitationSettings(db, siteId),
    findLogo(db, siteId),
  ]);
  return { voice, settings, logo: logo ? await pictureOf(files, logo) : null };
}

async function mailOf(
  db: Database,
  siteId: number,
  what: InvitationMailKind,
  { voice, settings, logo }: Awaited<ReturnType<typeof siteOf>>,
): Promise<SiteMail> {
  const { language, organisation } = voice;
  const own = await findInvitationText(db, siteId, language, what);
  const mould = await mouldOf({
    what,
    language,
    organisation,
    office: settings.office ?? '',
    text: own ?? CARDHOLDER_WORDS[language].texts[what],
    logoCid: logo && LOGO_CID,
  });
  return { mould, replyTo: settings.replyTo, logo };
}

/** The picture of a logo; null where it was replaced just now. */
async function pictureOf(files: FileStore, { fileKey, mediaType }: Logo): Promise<InlinePicture | null> {
  try {
    const parts: Buffer[] = [];
    for await (const part of await files.read(fileKey)) parts.push(part as Buffer);
    return { cid: LOGO_CID, mediaType, content: Buffer.concat(parts) };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'gone') return null;
    throw error;
  }
}
