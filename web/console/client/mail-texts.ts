// How a site invites cardholders, and what its mails to them say.
import { queryOptions } from '@tanstack/react-query';
import type {
  InvitationSettingsPut,
  InvitationSettingsWire,
  InvitationTextWire,
  PreviewedText,
} from '../../../api/wire-invitations.ts';
import type { Language } from '../../../domain/language.ts';
import { ask } from './client.ts';

export type MailWhat = InvitationTextWire['what'];
export type TextValues = Pick<InvitationTextWire, 'subject' | 'text'>;

const pathOf = (siteId: number, language: Language, what: MailWhat) =>
  `/v1/sites/${siteId}/invitation-texts/${language}/${what}`;

export const mailTextQuery = (siteId: number, language: Language, what: MailWhat) =>
  queryOptions({
    queryKey: ['mail-texts', siteId, language, what],
    queryFn: ({ signal }) => ask<InvitationTextWire>('GET', pathOf(siteId, language, what), { signal }),
  });

/** The mail as it would leave with this text; nothing is saved. */
export const mailPreviewQuery = (siteId: number, language: Language, what: MailWhat, values: TextValues) =>
  queryOptions({
    queryKey: ['mail-texts', 'preview', siteId, language, what, values],
    queryFn: ({ signal }) =>
      ask<PreviewedText>('POST', `${pathOf(siteId, language, what)}/preview`, { body: values, signal }),
    retry: false,
  });

export const saveMailText = (siteId: number, language: Language, what: MailWhat, body: TextValues) =>
  ask<InvitationTextWire>('PUT', pathOf(siteId, language, what), { body });
export const leaveMailText = (siteId: number, language: Language, what: MailWhat) =>
  ask<void>('DELETE', pathOf(siteId, language, what));

export const invitationSettingsQuery = (siteId: number) =>
  queryOptions({
    queryKey: ['mail-texts', 'settings', siteId],
    queryFn: ({ signal }) =>
      ask<InvitationSettingsWire>('GET', `/v1/sites/${siteId}/invitation-settings`, { signal }),
  });
export const saveInvitationSettings = (siteId: number, body: InvitationSettingsPut) =>
  ask<InvitationSettingsWire>('PUT', `/v1/sites/${siteId}/invitation-settings`, { body });
