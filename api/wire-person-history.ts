// What goes over the wire of the history of a person.
import { z } from 'zod';
import { KINDS, RUN_ACTIONS } from '../domain/bulk-action.ts';
import { INVITATION_MAIL_STATES, INVITATION_MAILS } from '../domain/invitation.ts';
import { HISTORY_WHATS } from '../domain/person-history.ts';
import { DECLINE_REASONS } from '../domain/photo.ts';
import { siteId, timestamp } from './wire-scalars.ts';

const value = z.union([z.string(), z.number(), z.boolean()]).nullable();

export const historyEntrySchema = z
  .object({
    id: z.string().describe('Of the entry, among those of the person'),
    at: timestamp,
    by: z
      .string()
      .nullable()
      .describe('Who did it, or started the run that did, as they are called now; null for machines'),
    what: z.enum(HISTORY_WHATS),
    run: z
      .object({
        id: z.string(),
        kind: z.enum(KINDS),
        action: z.enum(RUN_ACTIONS),
        fileName: z.string().nullable(),
        row: z.int().nullable().describe('The row that did it'),
      })
      .nullable()
      .describe('The run that did it, where you may see runs of its site; null for what was done by hand'),
    changes: z
      .array(
        z.object({
          field: z.string().describe('As a column of an export, or of results'),
          label: z.string().nullable().describe('Of a field of the site; null for those that everybody has'),
          before: value,
          after: value,
        }),
      )
      .describe('What changed, null for no value; of somebody new all that they were given'),
    siteId: siteId
      .nullable()
      .describe('Of changed roles: the site on which, where it is not the person’s own'),
    cardNumber: z.string().nullable().describe('Of a card: its number in decimal'),
    reasons: z.array(z.enum(DECLINE_REASONS)).nullable().describe('Of a photo that was sent back: why'),
    mail: z
      .object({
        what: z.enum(INVITATION_MAILS),
        state: z.enum(INVITATION_MAIL_STATES),
        to: z
          .string()
          .nullable()
          .describe('The address that the person had as it left; null before, and where it is not known'),
        openedAt: timestamp
          .nullable()
          .describe('When its link was first followed: by them, or by a program that looks at their mails'),
      })
      .nullable()
      .describe('Of a mail: which, and what became of it'),
  })
  .meta({ id: 'HistoryEntry' });

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
