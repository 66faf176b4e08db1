// What goes over the wire of selections: whom a run is to work on that reads no file.
import { z } from 'zod';
import { SELECTED_IDS_MAX } from '../domain/selection.ts';

const EVERYBODY = 'To select everybody at the site and below it, say so: {"all": true}.';

/** Said on purpose: what is left out would otherwise mean everybody. */
export const selectionSchema = z
  .strictObject(
    {
      all: z
        .literal(true)
        .optional()
        .describe('Everybody at the site and below it, of the status; takes no filter, q or ids beside it'),
      filter: z
        .array(z.string().normalize('NFC').max(500))
        .max(20)
        .optional()
        .describe('field=value or field~text, as GET /v1/people takes it. All of them must hold'),
      status: z
        .enum(['active', 'archived', 'all'])
        .optional()
        .describe('Left out: active people; of people named by ids, whatever they are'),
      q: z
        .string()
        .normalize('NFC')
        .trim()
        .min(1)
        .max(200)
        .optional()
        .describe(
          'Words that names, identifier, email and username contain together, or the number of a card',
        ),
      ids: z
        .array(z.int().positive())
        .min(1)
        .max(SELECTED_IDS_MAX)
        .optional()
        .describe('None but these people, who must be there. Filters narrow them further'),
      except: z
        .array(z.int().positive())
        .min(1)
        .max(SELECTED_IDS_MAX)
        .optional()
        .describe('All but these people; nobody is selected by it alone'),
    },
    { error: (issue) => (issue.input === undefined ? `Say whom the run is for. ${EVERYBODY}` : undefined) },
  )
  .refine(({ all, filter, q, ids }) => all || filter?.length || q !== undefined || ids, {
    error: `This would select everybody. Narrow it by filter, q or ids. ${EVERYBODY}`,
  })
  .refine(({ all, filter, q, ids }) => !(all && (filter?.length || q !== undefined || ids)), {
    error: 'all selects everybody. Leave it out where filter, q or ids narrow the selection.',
  })
  .meta({
    id: 'Selection',
    description: 'The people of the site and of all below it for whom all of this holds',
  });

export type SelectionAsked = z.input<typeof selectionSchema>;
export type SelectionRead = z.output<typeof selectionSchema>;
