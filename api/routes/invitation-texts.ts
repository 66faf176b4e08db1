// What a site says in its mails to cardholders, over HTTP: read, said, left to the site above, and looked at beforehand.
import { z } from 'zod';
import { mouldOf } from '../../adapters/mail/cardholder-mails.ts';
import type { Database } from '../../db/client.ts';
import {
  deleteInvitationText,
  findInvitationText,
  getInvitationSettings,
  getSiteVoice,
  putInvitationText,
} from '../../db/queries/invitations/invitation-settings.ts';
import type { InvitationMailKind } from '../../domain/invitation.ts';
import { type MailText, PLACEHOLDERS_OF, textFaults } from '../../domain/invitation-text.ts';
import { CARDHOLDER_WORDS } from '../../domain/invitation-words.ts';
import type { Language } from '../../domain/language.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { InvalidRequest } from '../problems.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import {
  type InvitationTextWire,
  invitationTextPutSchema,
  invitationTextSchema,
  language,
  mailWhat,
  previewedTextSchema,
  textPreviewSchema,
} from '../wire-invitations.ts';

const textParams = z.object({ id: siteQuery, language, what: mailWhat });
const NOT_YOURS = { description: 'It is not there, or not one of yours' };
const LACKING = { description: 'You lack invitations:write on it' };
const TEXT = '/v1/sites/{id}/invitation-texts/{language}/{what}';

/** Which text it is about, for the audit trail. */
const textNoted = ({ params }: { params: z.output<typeof textParams> }) => ({
  language: params.language,
  mail: params.what,
});

export function invitationTextRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: TEXT,
      tag: 'invitations',
      summary: 'What a site says in a mail',
      description: 'As the nearest site upwards says it, else the built-in text.',
      params: textParams,
      replies: { 200: { description: 'The text', schema: invitationTextSchema }, 404: NOT_YOURS },
      async handle({ admin, params: { id, language: spoken, what } }) {
        await siteFor(db, admin, id, 'sites:read');
        return { status: 200, body: await textOf(db, id, spoken, what) };
      },
    }),
    route({
      method: 'put',
      path: TEXT,
      audit: { what: 'invitation-text.updated', details: textNoted },
      tag: 'invitations',
      summary: 'Say what stands in a mail',
      description: 'For the site and those below it that say nothing themselves.',
      params: textParams,
      body: invitationTextPutSchema,
      replies: {
        200: { description: 'The text', schema: invitationTextSchema },
        403: LACKING,
        404: NOT_YOURS,
      },
      async handle({ admin, params: { id, language: spoken, what }, body }) {
        await siteFor(db, admin, id, 'invitations:write');
        refuseFaulty(what, body);
        await putInvitationText(db, id, spoken, what, body);
        return { status: 200, body: await textOf(db, id, spoken, what) };
      },
    }),
    route({
      method: 'delete',
      path: TEXT,
      audit: { what: 'invitation-text.updated', details: textNoted },
      tag: 'invitations',
      summary: 'Leave a mail to the site above',
      params: textParams,
      replies: {
        204: { description: 'The site says nothing of its own there' },
        403: LACKING,
        404: NOT_YOURS,
      },
      async handle({ admin, params: { id, language: spoken, what } }) {
        await siteFor(db, admin, id, 'invitations:write');
        await deleteInvitationText(db, id, spoken, what);
        return { status: 204 };
      },
    }),
    route({
      method: 'post',
      path: `${TEXT}/preview`,
      audit: 'nothing',
      tag: 'invitations',
      summary: 'See a mail as it would leave',
      description:
        'With sample values. Without a subject or text of its own, as it is now. Nothing is saved or sent.',
      params: textParams,
      body: textPreviewSchema,
      replies: { 200: { description: 'The mail', schema: previewedTextSchema }, 404: NOT_YOURS },
      async handle({ admin, params: { id, language: spoken, what }, body }) {
        await siteFor(db, admin, id, 'sites:read');
        const { subject, text } = await textOf(db, id, spoken, what);
        const wanted = { subject: body.subject ?? subject, text: body.text ?? text };
        refuseFaulty(what, wanted);
        return { status: 200, body: await previewOf(db, id, spoken, what, wanted) };
      },
    }),
  ];
}

function refuseFaulty(what: InvitationMailKind, text: MailText): void {
  const faults = textFaults(what, text).map(({ part, message }) => ({ path: part, message }));
  if (faults.length > 0) throw new InvalidRequest(faults);
}

async function textOf(
  db: Database,
  siteId: number,
  spoken: Language,
  what: InvitationMailKind,
): Promise<InvitationTextWire> {
  const found = await findInvitationText(db, siteId, spoken, what);
  const { subject, text } = found ?? CARDHOLDER_WORDS[spoken].texts[what];
  const placeholders = [...PLACEHOLDERS_OF[what]];
  return {
    siteId,
    language: spoken,
    what,
    subject,
    text,
    fromSiteId: found?.fromSiteId ?? null,
    placeholders,
  };
}

const DAY_MS = 86_400_000;

async function previewOf(
  db: Database,
  siteId: number,
  spoken: Language,
  what: InvitationMailKind,
  text: MailText,
): Promise<z.input<typeof previewedTextSchema>> {
  const [{ organisation }, settings] = await Promise.all([
    getSiteVoice(db, siteId),
    getInvitationSettings(db, siteId),
  ]);
  const office = settings.office ?? '';
  const mould = await mouldOf({ what, language: spoken, organisation, office, text, logoCid: null });
  return mould({
    firstName: 'Ada',
    link: 'https://example.org/p/sample',
    unsubscribeUrl: 'https://example.org/p/sample/unsubscribe',
    expiresAt: new Date(Date.now() + settings.linkDays * DAY_MS),
    reasons: ['blurred-or-dark', 'background'],
    note: '',
  });
}
