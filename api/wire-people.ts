// What goes over the wire of people by the many: pages in an order, what a list shows beside, counts and saved views.
import { z } from 'zod';
import { CARD_FILTERS, PHOTO_STANDINGS } from '../domain/person-filter.ts';
import { peopleQuery } from './query.ts';
import { personSchema } from './wire-person.ts';
import { siteId } from './wire-scalars.ts';

const PEOPLE_SORTS = ['name', 'identifier', 'email', 'created', 'updated'] as const;
const SORTS = PEOPLE_SORTS.flatMap((by) => [by, `${by}-desc`] as const);
const OFFSET_MAX = 10_000_000;

const BESIDE = ['photo', 'cards'] as const;

export const peopleListQuery = peopleQuery.extend({
  sort: z
    .enum(SORTS)
    .optional()
    .describe('Left out: by id. With a sort, pages are had by offset, and next is always null'),
  offset: z.coerce
    .number()
    .int()
    .min(0)
    .max(OFFSET_MAX)
    .optional()
    .describe('How many people to pass over, of a list with a sort'),
  include: z
    .string()
    .refine((text) => text.split(',').every((word) => (BESIDE as readonly string[]).includes(word)), {
      error: `Write one or both of ${BESIDE.join(', ')}, with a comma between them.`,
    })
    .optional()
    .describe(`What else of each person: ${BESIDE.join(', ')}`),
});

export const listedPersonSchema = personSchema
  .extend({
    photoState: z
      .enum(PHOTO_STANDINGS)
      .optional()
      .describe(
        'With include=photo: approved; in-review, also where an older one is approved; sent-back: to send another one; invited to send one; or none',
      ),
    photoThumbnailUrl: z.string().nullable().optional().describe('With include=photo: of that photo'),
    cardCount: z.int().optional().describe('With include=cards: how many are in use'),
  })
  .meta({ id: 'ListedPerson' });

export const peopleCountSchema = z.object({ people: z.int() }).meta({ id: 'PeopleCount' });

const viewSchema = z.strictObject({
  filters: z
    .array(z.string().normalize('NFC').max(500))
    .max(20)
    .describe(
      `field=value or field~text, as GET /v1/people takes it: status=active, card=${CARD_FILTERS[1]}`,
    ),
  columns: z.array(z.string().max(100)).max(50).describe('What is shown, in this order'),
  sort: z.strictObject({ field: z.enum(PEOPLE_SORTS), isDescending: z.boolean() }),
});

export const newPeopleViewSchema = z
  .strictObject({
    siteId,
    name: z.string().normalize('NFC').trim().min(1).max(60),
    isShared: z
      .boolean()
      .default(false)
      .describe('For everybody who may read people on the site; takes the right people:update there'),
    view: viewSchema,
  })
  .meta({ id: 'NewPeopleView' });

export const peopleViewPatchSchema = newPeopleViewSchema
  .omit({ siteId: true, isShared: true })
  .partial()
  .meta({ id: 'PeopleViewPatch' });

export const peopleViewSchema = z
  .object({
    id: z.int(),
    siteId,
    name: z.string(),
    isShared: z.boolean(),
    isMine: z.boolean().describe('It can be changed and removed; a shared one by whoever may share'),
    view: viewSchema,
    people: z
      .int()
      .nullable()
      .optional()
      .describe('With counts=true: how many the view finds; null where a field is gone'),
  })
  .meta({ id: 'PeopleView' });

export type ListedPerson = z.infer<typeof listedPersonSchema>;
export type PeopleCount = z.infer<typeof peopleCountSchema>;
export type PeopleViewWire = z.infer<typeof peopleViewSchema>;
export type NewPeopleView = z.input<typeof newPeopleViewSchema>;
export type PeopleViewPatch = z.input<typeof peopleViewPatchSchema>;
export type PeopleSort = (typeof SORTS)[number];
