// What came to a source, over HTTP: file by file, with the runs of it and where it has gone.
import {
  type Delivery,
  type DeliveryFile,
  type DeliveryRun,
  listDeliveries,
} from '../../db/queries/sources/deliveries.ts';
import type { Language } from '../../domain/language.ts';
import { wordsOfNoted } from '../../domain/sources/delivery-problems.ts';
import type { ApiDeps } from '../deps.ts';
import { languageOf, languageQuery } from '../language.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { idParams, pageQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { getSourceFor, NOT_YOURS } from '../sources/access.ts';
import { pageOf } from '../wire.ts';
import { type SourceDelivery, sourceDeliverySchema } from '../wire-source-deliveries.ts';

export const sourceDeliveryRoutes = ({ db }: ApiDeps): Route[] => [
  route({
    method: 'get',
    path: '/v1/sources/{id}/deliveries',
    tag: 'sources',
    summary: 'What came to a source, newest first',
    description:
      'Sets of files that belong together, those that still arrive or wait for the rest of theirs too, with why.',
    params: idParams,
    query: pageQuery.extend(languageQuery),
    replies: {
      200: { description: 'A page of deliveries', schema: pageOf(sourceDeliverySchema) },
      ...NOT_YOURS,
    },
    async handle({ admin, params, query: { cursor, limit }, request }) {
      const { id } = await getSourceFor(db, admin, params.id, 'bulk-actions:read');
      const before = numberFromCursor(cursor) || undefined;
      const rows = await listDeliveries(db, id, { before, limit: limit + 1 });
      const language = languageOf(request);
      const page = toPage(
        rows,
        limit,
        (row) => toDelivery(row, language),
        (row) => row.id,
      );
      return { status: 200, body: page };
    },
  }),
];

type Listed = Delivery & { runs: DeliveryRun[] };

const toDelivery = (row: Listed, language: Language): SourceDelivery => ({
  id: row.id,
  stem: row.stem,
  state: row.state,
  // Noted as it is settled; until that is done it may still fail to be put away.
  outcome: row.state === 'ended' ? row.outcome : null,
  problem:
    row.problemCode === null
      ? null
      : { code: row.problemCode, message: wordsOfNoted(row.problemCode, row.problemMessage, language) },
  isRemaster: row.isRemaster,
  rows: row.rows,
  files: row.files.map((file) => toFile(file, row.state === 'ended')),
  runs: row.runs,
  firstSeenAt: row.firstSeenAt.toISOString(),
  takenAt: row.takenAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
});

/** Names are noted before anything has them: they are told once it has. */
const toFile = (file: DeliveryFile, isEnded: boolean): SourceDelivery['files'][number] => ({
  name: file.name,
  bytes: file.bytes,
  runId: file.bulkActionId,
  movedTo: file.movedTo,
  movedAs: file.movedTo === null ? null : file.movedAs,
  resultsAs: isEnded || file.movedTo !== null ? file.resultsAs : null,
});
