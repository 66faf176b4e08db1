// The audit trail over HTTP: read, downloaded, and proved to be whole. Nothing here writes to it.
import type { Admin } from '../../db/queries/admins.ts';
import { checkAuditChain } from '../../db/queries/audit-chain.ts';
import {
  type AuditEventQuery,
  type AuditEventRow,
  listAuditEvents,
  streamAuditEvents,
} from '../../db/queries/audit-events.ts';
import { getSite } from '../../db/queries/sites.ts';
import { requirePermission, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { numberFromCursor, toPage } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { type Route, route } from '../route.ts';
import { sendCsv } from '../stream-reply.ts';
import { pageOf } from '../wire.ts';
import {
  type AuditEvent,
  type AuditFilters,
  auditChainSchema,
  auditEventQuery,
  auditEventSchema,
  auditExportQuery,
  chainQuery,
} from '../wire-audit.ts';

const EXPORT_HEADER = [
  'seq',
  'at',
  'account_id',
  'by_id',
  'by_name',
  'what',
  'run',
  'subject',
  'subject_id',
  'details',
  'hash',
];

const SITE_REPLIES = {
  403: { description: 'You lack audit:read on the site' },
  404: { description: 'The site is not there, or not one of yours' },
};

export function auditEventRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit-events',
      tag: 'audit',
      summary: 'What was done, newest first',
      description: 'At the sites on which you have audit:read, and all below them.',
      query: auditEventQuery,
      replies: {
        200: { description: 'A page of events', schema: pageOf(auditEventSchema) },
        ...SITE_REPLIES,
      },
      async handle({ admin, query }) {
        const before = query.cursor === undefined ? undefined : numberFromCursor(query.cursor);
        const wanted = await queryFrom(admin, query, query.beginnings === 'open');
        const rows = await listAuditEvents(db, wanted, { before, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows, query.limit, toAuditEvent, (row) => row.seq) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit-events.csv',
      audit: { what: 'audit.exported', details: ({ query }) => ({ narrowedBy: narrowingOf(query) }) },
      tag: 'audit',
      summary: 'The audit trail as CSV',
      description:
        'The oldest event first, with all that its hash is made of: the chain can be recomputed elsewhere.',
      query: auditExportQuery,
      replies: { 200: { description: EXPORT_HEADER.join(', '), contentType: 'text/csv' }, ...SITE_REPLIES },
      async handle({ admin, query, response }) {
        const wanted = await queryFrom(admin, query, query.beginnings === 'open');
        await sendCsv(response, 'audit-events.csv', EXPORT_HEADER, exported(wanted));
        return undefined;
      },
    }),
    route({
      method: 'get',
      path: '/v1/audit-events/verify',
      tag: 'audit',
      summary: 'Whether the audit trail of your organisation is as it was written',
      description:
        'Recomputes the whole chain. What was changed, taken out, put in or cut off is found; a chain that was made anew ' +
        'as a whole is found by an end that was shown earlier, given as `seq` and `hash`.',
      query: chainQuery,
      replies: {
        200: { description: 'What was found', schema: auditChainSchema },
        403: { description: 'You lack audit:read on the root of your organisation' },
      },
      async handle({ admin, query: { seq, hash } }) {
        requirePermission(admin, 'audit:read', await getSite(db, admin.rootId));
        if ((seq === undefined) !== (hash === undefined))
          throw new InvalidRequest([
            { path: 'query.hash', message: 'Give seq and hash together, or neither.' },
          ]);
        const shown = seq === undefined || hash === undefined ? undefined : { seq, hash };
        const chain = await checkAuditChain(db, admin.rootId, shown);
        return { status: 200, body: { isIntact: chain.firstBroken === null, ...chain } };
      },
    }),
  ];

  async function queryFrom(admin: Admin, asked: AuditFilters, isBrief: boolean): Promise<AuditEventQuery> {
    return {
      rootId: admin.rootId,
      siteIds: await topsFor(db, admin, asked.site, 'audit:read'),
      byPersonId: asked.by,
      whats: asked.what,
      bulkActionId: asked.run,
      subject: asked.subject,
      subjectId: asked.subjectId,
      from: asked.from,
      before: asked.to,
      isBrief,
    };
  }

  async function* exported(wanted: AuditEventQuery): AsyncGenerator<string[][]> {
    for await (const batch of streamAuditEvents(db, wanted)) yield batch.map(cellsOf);
  }
}

const toAuditEvent = ({
  byPersonId,
  bulkActionId,
  detailsText: _text,
  ...row
}: AuditEventRow): AuditEvent => ({
  ...row,
  byId: byPersonId,
  runId: bulkActionId,
  details: { ...row.details },
});

const cellsOf = (row: AuditEventRow): string[] => [
  String(row.seq),
  row.at,
  String(row.siteId ?? ''),
  String(row.byPersonId ?? ''),
  row.byName ?? '',
  row.what,
  row.bulkActionId ?? '',
  row.subject ?? '',
  row.subjectId ?? '',
  row.detailsText,
  row.hash,
];

/** The names of what narrows an export. */
const narrowingOf = (query: AuditFilters): string[] =>
  Object.entries(query).flatMap(([name, value]) =>
    value === undefined || name === 'beginnings' ? [] : [name],
  );
