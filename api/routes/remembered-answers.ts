// What a site remembers of its imports, over HTTP: how columns were matched last, by the kind of file.
import { z } from 'zod';
import { findRememberedAnswers, setRememberedAnswers } from '../../db/queries/remembered-answers.ts';
import { looksLikeRow } from '../../domain/header.ts';
import type { RememberedAnswers } from '../../domain/import-draft.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { chosenPreset } from '../preset-choice.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { presetName } from '../wire.ts';
import { type RememberedAnswersWire, rememberedAnswersSchema } from '../wire-imports.ts';

const params = z.object({ id: siteQuery, preset: presetName });
const REFUSED = {
  403: { description: 'You lack bulk-actions:run on the site' },
  404: { description: 'The site or the preset is not there, or not one of yours' },
};

export function rememberedAnswersRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sites/{id}/remembered-answers/{preset}',
      tag: 'imports',
      summary: 'How a kind of file was read last on a site',
      description: 'Offered for the next file: a header that it does not have says nothing.',
      params,
      replies: {
        200: { description: 'The answers; empty ones', schema: rememberedAnswersSchema },
        ...REFUSED,
      },
      async handle({ admin, params: { id, preset } }) {
        const site = await siteFor(db, admin, id, 'bulk-actions:run');
        await chosenPreset(db, preset, site.id);
        const answers = await findRememberedAnswers(db, site.id, preset);
        return { status: 200, body: answers as RememberedAnswersWire };
      },
    }),
    route({
      method: 'put',
      path: '/v1/sites/{id}/remembered-answers/{preset}',
      audit: { what: 'answers.remembered', details: ({ params: of }) => ({ preset: of.preset }) },
      tag: 'imports',
      summary: 'Remember how a kind of file is read on a site',
      description: 'The last answers win. They bind nobody: they are offered.',
      params,
      body: rememberedAnswersSchema,
      replies: { 200: { description: 'What is remembered', schema: rememberedAnswersSchema }, ...REFUSED },
      async handle({ admin, params: { id, preset }, body }) {
        const site = await siteFor(db, admin, id, 'bulk-actions:run');
        await chosenPreset(db, preset, site.id);
        const headers = Object.keys(body.columns).map((header, at) => ({ position: at + 1, header }));
        // Where a row was taken for the header, what stands there is somebody.
        const answers = { ...body, columns: looksLikeRow(headers) ? {} : body.columns } as RememberedAnswers;
        await setRememberedAnswers(db, { siteId: site.id, preset, answers, byPersonId: admin.personId });
        return { status: 200, body: answers as RememberedAnswersWire };
      },
    }),
  ];
}
