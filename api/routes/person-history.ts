// The history of one person over HTTP.
import { z } from 'zod';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { listShownNames } from '../../db/queries/people-names.ts';
import { type HistoryPlace, listPersonHistory } from '../../db/queries/person-history.ts';
import { HISTORY_FILTERS } from '../../domain/person-history.ts';
import { requireSomewhere } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { personFor } from '../person-edits.ts';
import { fromCursor, toPage } from '../present.ts';
import { toHistoryEntry } from '../present-history.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, pageQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import { historyEntrySchema } from '../wire-person-history.ts';

export function personHistoryRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/people/{id}/history',
      tag: 'people',
      summary: 'The history of a person',
      description:
        'The newest first: changes with what was before, photos and what was decided about them, cards, roles and mails. ' +
        'Of an anonymized person nothing is left but that it happened.',
      params: idParams,
      query: pageQuery.extend({
        filter: z
          .enum(HISTORY_FILTERS)
          .default('all')
          .describe('changes: of fields, status, roles and cards'),
      }),
      replies: {
        200: { description: 'A page of entries', schema: pageOf(historyEntrySchema) },
        404: { description: 'The person is not there, or not of your sites' },
      },
      async handle({ admin, params, query }) {
        const person = await personFor(db, admin, params.id, 'people:read');
        const siteIds = requireSomewhere(admin, 'people:read');
        const wanted = { personId: person.id, filter: query.filter, siteIds };
        const page = { before: placeFrom(query.cursor), limit: query.limit + 1 };
        const [rows, definitions] = await Promise.all([
          listPersonHistory(db, wanted, page),
          listFieldDefinitions(db, person.siteId),
        ]);
        const names = await listShownNames(
          db,
          rows.flatMap(({ byPersonId }) => byPersonId ?? []),
        );
        const labels = new Map(definitions.map(({ name, label }) => [name, label]));
        const body = toPage(
          rows,
          query.limit,
          (row) => toHistoryEntry(row, { names, labels, admin }),
          ({ at, place }) => `${at}|${place}`,
        );
        return { status: 200, body };
      },
    }),
  ];
}

function placeFrom(cursor: string | undefined): HistoryPlace | undefined {
  if (cursor === undefined) return undefined;
  const [at = '', place = ''] = fromCursor(cursor).split('|');
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?[+-]\d\d(:\d\d)?$/.test(at) && place !== '')
    return { at, place };
  throw new InvalidRequest([{ path: 'query.cursor', message: 'Take `next` of the page before, as it is.' }]);
}
