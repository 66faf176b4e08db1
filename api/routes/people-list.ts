// People by the many over HTTP: searched page by page, in any order, and counted.
import type { Response } from 'express';
import type { Database } from '../../db/client.ts';
import { listPeople } from '../../db/queries/people-list.ts';
import { listBeside, PEOPLE_ORDERS, type PeopleOrder } from '../../db/queries/people-page.ts';
import type { PersonRow } from '../../db/queries/person-row.ts';
import { topsFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { keptPeopleLists } from '../people-lists.ts';
import { fieldsOfSites, peopleQueryFrom } from '../people-query.ts';
import { numberFromCursor, toPage, toPerson } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { pageQuery, peopleQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import {
  type ListedPerson,
  listedPersonSchema,
  type PeopleSort,
  peopleCountSchema,
  peopleListQuery,
} from '../wire-people.ts';

export function peopleListRoutes({ db, log }: ApiDeps): Route[] {
  const lists = keptPeopleLists(db, log);
  return [
    route({
      method: 'get',
      path: '/v1/people',
      tag: 'people',
      summary: 'Search people',
      description:
        'Of a site and all below it, or of all your sites. Of any status, unless one is given. By id and `cursor`, or in the ' +
        'order of `sort` from any `offset` on.',
      query: peopleListQuery.extend(pageQuery.shape),
      replies: { 200: { description: 'A page of people', schema: pageOf(listedPersonSchema) } },
      async handle({ admin, query, response }) {
        const { sort, offset, cursor, limit, include } = query;
        refuseMixed(sort, offset, cursor);
        const siteIds = await topsFor(db, admin, query.site, 'people:read');
        const wanted = peopleQueryFrom(query, siteIds, await fieldsOfSites(db, siteIds));
        if (sort !== undefined) {
          const page = { order: orderFrom(sort), offset: offset ?? 0, limit };
          const rows = await whileAsked(response, (left) => lists.page(wanted, page, left));
          if (rows === undefined) return undefined;
          return { status: 200, body: { items: await shown(db, rows, include), next: null } };
        }
        const rows = await listPeople(db, wanted, { after: numberFromCursor(cursor), limit: limit + 1 });
        const page = toPage(
          rows,
          limit,
          (row) => row,
          (row) => row.id,
        );
        return { status: 200, body: { items: await shown(db, page.items, include), next: page.next } };
      },
    }),
    route({
      method: 'get',
      path: '/v1/people/count',
      tag: 'people',
      summary: 'Count people',
      description: 'Those whom GET /v1/people finds by the same query.',
      query: peopleQuery,
      replies: { 200: { description: 'How many there are', schema: peopleCountSchema } },
      async handle({ admin, query, response }) {
        const siteIds = await topsFor(db, admin, query.site, 'people:read');
        const wanted = peopleQueryFrom(query, siteIds, await fieldsOfSites(db, siteIds));
        const people = await whileAsked(response, (left) => lists.count(wanted, left));
        return people === undefined ? undefined : { status: 200, body: { people } };
      },
    }),
  ];
}

/** Does the work for as long as whoever asked is there; undefined where they have left before its end. */
async function whileAsked<Result>(
  response: Response,
  work: (left: AbortSignal) => Promise<Result>,
): Promise<Result | undefined> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  try {
    return await work(left.signal);
  } catch (error) {
    if (left.signal.aborted) return undefined;
    throw error;
  }
}

/** Refuses a page that is asked for in both ways at once. */
function refuseMixed(sort?: string, offset?: number, cursor?: string): void {
  if (sort !== undefined && cursor !== undefined)
    throw new InvalidRequest([
      { path: 'query.cursor', message: 'A list with a sort takes an offset and no cursor.' },
    ]);
  if (sort === undefined && offset !== undefined)
    throw new InvalidRequest([
      { path: 'query.offset', message: 'An offset takes a sort: sort=name, for one.' },
    ]);
}

/** `email-desc` as an order; null is by name. */
function orderFrom(sort: PeopleSort): PeopleOrder {
  const [field = 'name', way] = sort.split('-');
  return { by: PEOPLE_ORDERS.find((by) => by === field) ?? 'name', isDescending: way === 'desc' };
}

async function shown(
  db: Database,
  rows: readonly PersonRow[],
  include: string | undefined,
): Promise<ListedPerson[]> {
  const people = rows.map(toPerson);
  if (include === undefined || people.length === 0) return people;
  const words = include.split(',');
  const found = await listBeside(
    db,
    people.map(({ id }) => id),
  );
  const byId = new Map(found.map((one) => [one.personId, one]));
  return people.map((person) => {
    const beside = byId.get(person.id);
    const { photo = 'none', photoId = null, cards = 0 } = beside ?? {};
    return {
      ...person,
      ...(words.includes('photo') && {
        photoState: photo,
        photoThumbnailUrl: photoId === null ? null : `/v1/photos/${photoId}/thumbnail`,
      }),
      ...(words.includes('cards') && { cardCount: cards }),
    };
  });
}
