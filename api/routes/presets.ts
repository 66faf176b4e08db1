// Presets over HTTP: what kinds of files there are, and an empty one to fill in.
import { z } from 'zod';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { type Preset, templateCsv } from '../../domain/preset.ts';
import { getPreset, PRESETS } from '../../domain/presets/catalogue.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';

const presetSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    columns: z.array(
      z.object({
        field: z.string(),
        header: z.string(),
        synonyms: z.array(z.string()),
        isRequired: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Preset' });

export function presetRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/presets',
      tag: 'presets',
      summary: 'The kinds of files that can be uploaded',
      replies: { 200: { description: 'All of them, on one page', schema: pageOf(presetSchema) } },
      handle: async () => ({ status: 200, body: { items: PRESETS.map(toPreset), next: null } }),
    }),
    route({
      method: 'get',
      path: '/v1/presets/{name}/template.csv',
      tag: 'presets',
      summary: 'An empty file of a preset',
      description: 'With the fields of the site, where one is given.',
      params: z.object({ name: z.string() }),
      query: z.object({ site: siteQuery.optional() }),
      replies: {
        200: { description: 'A header', contentType: 'text/csv' },
        404: { description: 'There is no such preset, or the site is not one of yours' },
      },
      async handle({ admin, params, query, response }) {
        const preset = getPreset(params.name);
        const site = query.site === undefined ? undefined : await siteFor(db, admin, query.site);
        const definitions = site ? await listFieldDefinitions(db, site.id) : [];
        response.attachment(`${preset.name}.csv`).send(templateCsv(preset, definitions));
        return undefined;
      },
    }),
  ];
}

const toPreset = ({ name, title, columns }: Preset): z.input<typeof presetSchema> => ({
  name,
  title,
  columns: columns.map(({ field, header, synonyms, isRequired }) => ({
    field,
    header,
    synonyms: [...synonyms],
    isRequired,
  })),
});
