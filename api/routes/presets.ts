// Presets over HTTP: what kinds of files there are, empty ones to fill in, and what sites save for themselves.
import { Readable } from 'node:stream';
import { z } from 'zod';
import { zipped } from '../../adapters/zip-stream.ts';
import type { Admin } from '../../db/queries/admins.ts';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { deleteSavedPreset, insertSavedPreset, listSavedPresets } from '../../db/queries/saved-presets.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { getPreset, PRESETS } from '../../domain/presets/catalogue.ts';
import { Refusal } from '../../domain/refusal.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { requirePresetRights } from '../new-run.ts';
import { type ChosenPreset, chosenPreset, findBuiltIn, optionsFor } from '../preset-choice.ts';
import { savedOptions, templateFile, toPreset } from '../preset-content.ts';
import { InvalidRequest } from '../problems.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { sendStream } from '../stream-reply.ts';
import { pageOf, presetName } from '../wire.ts';
import { newPresetSchema, presetSchema } from '../wire-presets.ts';

const nameParams = z.object({ name: presetName });
const atSite = z.object({ site: siteQuery.optional() });

const NO_SUCH_PRESET = { 404: { description: 'There is no such preset, or the site is not one of yours' } };

export function presetRoutes(deps: ApiDeps): Route[] {
  return [...readRoutes(deps), ...saveRoutes(deps), ...templateRoutes(deps)];
}

const readRoutes = ({ db }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/presets',
    tag: 'presets',
    summary: 'The kinds of files that can be uploaded',
    description: 'Built-in ones; and those that the site or a site above it has saved, where one is given.',
    query: atSite,
    replies: {
      200: { description: 'All of them, on one page', schema: pageOf(presetSchema) },
      404: { description: 'The site is not one of yours' },
    },
    async handle({ admin, query }) {
      const site = query.site === undefined ? undefined : await siteFor(db, admin, query.site);
      const saved = site ? await listSavedPresets(db, site.id) : [];
      const chosen: ChosenPreset[] = [
        ...PRESETS.map((preset) => ({ preset, saved: null })),
        ...saved.map((row) => ({ preset: getPreset(row.base), saved: row })),
      ];
      return { status: 200, body: { items: chosen.map(toPreset), next: null } };
    },
  }),
  route({
    method: 'get',
    path: '/v1/presets/{name}',
    tag: 'presets',
    summary: 'One preset',
    description: 'A built-in one; or, where a site is given, one saved there or on the nearest site above.',
    params: nameParams,
    query: atSite,
    replies: { 200: { description: 'The preset', schema: presetSchema }, ...NO_SUCH_PRESET },
    async handle({ admin, params, query }) {
      const site = query.site === undefined ? undefined : await siteFor(db, admin, query.site);
      return { status: 200, body: toPreset(await chosenPreset(db, params.name, site?.id)) };
    },
  }),
];

const saveRoutes = ({ db }: ApiDeps): Route[] => [
  route({
    method: 'post',
    path: '/v1/presets',
    audit: 'preset.saved',
    tag: 'presets',
    summary: 'Save a preset on a site',
    description:
      'A built-in one with a mapping and options of your own, for this site and all below it. The same again changes ' +
      'nothing. Nearer sites win where several have saved one name.',
    body: newPresetSchema,
    replies: {
      201: { description: 'The preset', schema: presetSchema },
      403: { description: 'You lack presets:write on the site, or a right that an option takes' },
      404: { description: 'The site is not there, or not one of yours; or there is no such built-in preset' },
      409: { description: 'The site has saved something else under this name' },
    },
    async handle({ admin, body }) {
      const site = await siteFor(db, admin, body.siteId, 'presets:write');
      refuseBuiltIn(body.name);
      const preset = getPreset(body.base);
      const options = savedOptions(preset, body.options, await listFieldDefinitions(db, site.id));
      const row = { siteId: site.id, name: body.name, base: preset.name, options };
      // Else somebody who has the right would start it without knowing.
      requirePresetRights(admin, optionsFor({ preset, saved: row }, {}), site);
      return { status: 201, body: toPreset({ preset, saved: await insertSavedPreset(db, row) }) };
    },
  }),
  route({
    method: 'delete',
    path: '/v1/presets/{name}',
    audit: 'preset.removed',
    tag: 'presets',
    summary: 'Remove a preset that a site has saved',
    description: 'Runs that were started by it keep their options.',
    params: nameParams,
    query: z.object({ site: siteQuery.describe('The site that has saved it') }),
    replies: {
      204: { description: 'It is removed' },
      403: { description: 'You lack presets:write on the site' },
      404: { description: 'The site has saved none of this name, or is not one of yours' },
    },
    async handle({ admin, params, query }) {
      const site = await siteFor(db, admin, query.site, 'presets:write');
      refuseBuiltIn(params.name);
      if (!(await deleteSavedPreset(db, site.id, params.name)))
        throw new Refusal('missing', `Site ${site.id} has saved no preset of this name.`);
      return { status: 204 };
    },
  }),
];

function templateRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/presets/{name}/template.csv',
      audit: 'nothing',
      tag: 'presets',
      summary: 'An empty file of a preset',
      description: 'With the fields of the site, where one is given.',
      params: nameParams,
      query: atSite.extend({
        template: z.string().max(60).optional().describe('Which one of several; the first unless told'),
      }),
      replies: { 200: { description: 'A header', contentType: 'text/csv' }, ...NO_SUCH_PRESET },
      async handle({ admin, params, query, response }) {
        const { chosen, definitions } = await contentFor(admin, params.name, query.site);
        const { templates } = chosen.preset;
        const template = query.template ?? templates[0];
        if (!templates.includes(template))
          throw new InvalidRequest([
            {
              path: 'query.template',
              message: `There is no such template. Use one of: ${templates.join(', ')}.`,
            },
          ]);
        const file = templates.length === 1 ? params.name : `${params.name}-${template}`;
        response.attachment(`${file}.csv`).send(templateFile(chosen, template, definitions));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/presets/{name}/template.zip',
      audit: 'nothing',
      tag: 'presets',
      summary: 'All empty files of a preset',
      description: 'With the fields of the site, where one is given.',
      params: nameParams,
      query: atSite,
      replies: {
        200: { description: 'A CSV for each template', contentType: 'application/zip' },
        ...NO_SUCH_PRESET,
      },
      async handle({ admin, params, query, response }) {
        const { chosen, definitions } = await contentFor(admin, params.name, query.site);
        const parts = chosen.preset.templates.map((template) => ({
          name: `${template}.csv`,
          content: [templateFile(chosen, template, definitions)],
        }));
        const file = { name: `${params.name}.zip`, type: 'application/zip' };
        await sendStream(response, file, Readable.from(zipped(parts)));
        return undefined;
      },
    }),
  ];

  async function contentFor(
    admin: Admin,
    name: string,
    siteId: number | undefined,
  ): Promise<{ chosen: ChosenPreset; definitions: FieldDefinition[] }> {
    const site = siteId === undefined ? undefined : await siteFor(db, admin, siteId);
    const chosen = await chosenPreset(db, name, site?.id);
    return { chosen, definitions: site ? await listFieldDefinitions(db, site.id) : [] };
  }
}

function refuseBuiltIn(name: string): void {
  if (findBuiltIn(name))
    throw new InvalidRequest([{ path: 'name', message: `${name} is built in. Choose another name.` }]);
}
