// Sites over HTTP: listed, exported, made and changed.
import { z } from 'zod';
import {
  countPeopleAtOtherDomains,
  insertSite,
  listSites,
  type SiteRow,
  updateSite,
} from '../../db/queries/sites.ts';
import { readMailDomain } from '../../domain/mail-domain.ts';
import { requireSomewhere, siteFor, sitesWith, topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { numberFromCursor, toPage, toSite } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { pageQuery, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { sendCsv } from '../stream-reply.ts';
import { pageOf } from '../wire.ts';
import { changedSiteSchema, newSiteSchema, sitePatchSchema, siteSchema } from '../wire-org.ts';

const EXPORT_HEADER = ['Account ID', 'Name', 'Parent Account ID'];
const BATCH_SITES = 1000;

export function siteRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sites',
      tag: 'sites',
      summary: 'Your sites',
      description: 'The sites that your rights reach, by number; with `site`, that one and all below it.',
      query: pageQuery.extend({ site: siteQuery.optional() }),
      replies: { 200: { description: 'A page of sites', schema: pageOf(siteSchema) } },
      async handle({ admin, query }) {
        const tops = await topsFor(db, admin, query.site, 'sites:read');
        const after = numberFromCursor(query.cursor);
        const rows = await listSites(db, tops, { after, limit: query.limit + 1 });
        return { status: 200, body: toPage(rows, query.limit, toSite, (site) => site.id) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/sites.csv',
      audit: 'sites.exported',
      tag: 'sites',
      summary: 'Your sites as CSV',
      query: z.object({ site: siteQuery.optional() }),
      replies: { 200: { description: EXPORT_HEADER.join(', '), contentType: 'text/csv' } },
      async handle({ admin, query, response }) {
        const tops = await topsFor(db, admin, query.site, 'sites:read');
        await sendCsv(response, 'sites.csv', EXPORT_HEADER, exportedSites(tops));
        return undefined;
      },
    }),
    route({
      method: 'post',
      path: '/v1/sites',
      audit: 'site.created',
      tag: 'sites',
      summary: 'Make a site',
      description: 'Below another one. The same number, name and parent again give the same site.',
      body: newSiteSchema,
      replies: {
        201: { description: 'The site', schema: siteSchema },
        403: { description: 'You lack sites:write on the parent' },
        404: { description: 'The parent is not there, or not one of yours' },
        409: { description: 'The number or the external id is taken' },
      },
      async handle({ admin, body }) {
        requireSomewhere(admin, 'sites:write');
        await siteFor(db, admin, body.parentId, 'sites:write');
        const seenIds = sitesWith(admin, 'sites:read');
        const site = await insertSite(db, {
          ...body,
          mailDomains: domainsFrom(body.mailDomains),
          seenIds,
        });
        return { status: 201, headers: { Location: `/v1/sites/${site.id}` }, body: toSite(site) };
      },
    }),
    route({
      method: 'get',
      path: '/v1/sites/{id}',
      tag: 'sites',
      summary: 'One site',
      params: z.object({ id: siteQuery }),
      replies: {
        200: { description: 'The site', schema: siteSchema },
        404: { description: 'It is not there, or not one of yours' },
      },
      async handle({ admin, params }) {
        return { status: 200, body: toSite(await siteFor(db, admin, params.id, 'sites:read')) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/sites/{id}',
      audit: 'site.updated',
      tag: 'sites',
      summary: 'Rename a site, or say its external id, its mail domains and the language of its mails',
      description:
        'Domains hold for the sites below too, unless those have their own, and mean exactly themselves: ' +
        '`example.org` does not allow `mail.example.org`. They hold for emails that are set from now on. Nobody’s ' +
        'email is touched: `nonConforming` says how many active people have another one.',
      params: z.object({ id: siteQuery }),
      body: sitePatchSchema,
      replies: {
        200: { description: 'The site', schema: changedSiteSchema },
        403: { description: 'You lack sites:write on it' },
        404: { description: 'It is not there, or not one of yours' },
        409: { description: 'The external id is another site’s' },
      },
      async handle({ admin, params, body }) {
        await siteFor(db, admin, params.id, 'sites:write');
        const mailDomains = domainsFrom(body.mailDomains);
        const site = await updateSite(db, params.id, {
          name: body.name,
          mailDomains,
          language: body.language,
          externalId: body.externalId,
          seenIds: sitesWith(admin, 'sites:read'),
        });
        const nonConforming = await countPeopleAtOtherDomains(db, site.id);
        return { status: 200, body: { ...toSite(site), nonConforming } };
      },
    }),
  ];

  async function* exportedSites(tops: readonly number[]): AsyncGenerator<string[][]> {
    for (let after = 0; ; ) {
      const sites = await listSites(db, tops, { after, limit: BATCH_SITES });
      yield sites.map(cellsOf);
      const last = sites.at(-1);
      if (!last || sites.length < BATCH_SITES) return;
      after = last.id;
    }
  }
}

const cellsOf = ({ id, name, parentId }: SiteRow): string[] => [
  String(id),
  name,
  parentId === null ? '' : String(parentId),
];

/** Domains as they are kept, each once; refuses what is none. */
function domainsFrom(given: readonly string[] | null | undefined): string[] | null | undefined {
  if (!given) return given;
  const domains = given.map((text) => readMailDomain(text));
  const faults = domains.flatMap((domain, at) =>
    domain === undefined
      ? [{ path: `mailDomains.${at}`, message: 'This is no mail domain. Write one such as example.org.' }]
      : [],
  );
  if (faults.length > 0) throw new InvalidRequest(faults);
  return [...new Set(domains.filter((domain) => domain !== undefined))].sort();
}
