// What goes over the wire of one person: as read, as created, as changed.
import { z } from 'zod';
import { PERSON_STATUSES } from '../domain/person.ts';
import { cardSchema } from './wire-cards.ts';
import { mailStopSchema } from './wire-invitations.ts';
import { siteId, timestamp } from './wire-scalars.ts';

/** A value of a field of a site. */
export const fieldValue = z.union([z.string(), z.number(), z.boolean()]);

/** A person as read. */
export const personSchema = z
  .object({
    id: z.int(),
    siteId,
    status: z.enum(PERSON_STATUSES),
    identifier: z.string().nullable(),
    email: z.string().nullable(),
    username: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    displayName: z.string().describe('As shown: first and last name unless set'),
    orgUnitId: z.int().nullable(),
    orgUnit: z.string().nullable().describe('Its name'),
    supervisorId: z.int().nullable(),
    roles: z
      .array(z.object({ id: z.int(), name: z.string(), siteId }))
      .optional()
      .describe('Where one person is asked for: the roles that are held, each with the site on which'),
    photo: z
      .object({ id: z.string(), pictureUrl: z.string(), thumbnailUrl: z.string() })
      .nullable()
      .optional()
      .describe('Where one person is asked for: the approved photo, which is on the card; null for none'),
    cards: z
      .array(cardSchema)
      .optional()
      .describe('Where one person is asked for: the cards in use, the newest first'),
    mailStops: z
      .array(mailStopSchema)
      .optional()
      .describe('Where one person is asked for: why no mails to cardholders go to them; [] for nothing'),
    archivedAt: timestamp
      .nullable()
      .optional()
      .describe('Where one person is asked for: when they were archived last; null for who is not archived'),
    extraPhotos: z.int().optional().describe('Where one person is asked for: photos beside that of the card'),
    fields: z.record(z.string(), fieldValue),
    handEdited: z
      .array(z.string())
      .describe(
        'Fields, by the names of an export, whose value was last set by hand: sites can protect them from files',
      ),
    version: z.int(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'Person' });

const personText = z.string().trim();

/** Somebody new. */
export const newPersonSchema = z.object({
  siteId,
  identifier: personText.min(1),
  email: personText.nullish(),
  username: personText.nullish(),
  firstName: personText.nullish(),
  lastName: personText.nullish(),
  displayName: personText.nullish(),
  orgUnitId: z.int().positive().nullish().describe('An org unit of the site or of one above it'),
  supervisorId: z.int().positive().nullish().describe('Another person of the organisation'),
  fields: z.record(z.string(), fieldValue.nullable()).default({}),
});

/** What is left out stays as it is. */
export const personPatchSchema = newPersonSchema
  .omit({ siteId: true, fields: true })
  .partial()
  .extend({
    fields: z.record(z.string(), fieldValue.nullable()).optional(),
    handEdited: z
      .array(z.string())
      .optional()
      .describe('Those that shall go on to count as edited by hand; [] lets go of all'),
    version: z.int().optional().describe('The version that was read: refused with 409 where it has moved on'),
  });

export type Person = z.infer<typeof personSchema>;
