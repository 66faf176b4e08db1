// Safeguards over HTTP: how much a run may do at a site before it asks, who must agree, and what hand edits outlive a file.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import { listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { getSafeguardsOfSite, updateSafeguards } from '../../db/queries/safeguards.ts';
import { withNumbers } from '../../domain/limits.ts';
import { APPROVABLE, type OwnSafeguards, unknownSticky } from '../../domain/safeguards.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { InvalidRequest } from '../problems.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { type SafeguardsWire, safeguardsPatchSchema, safeguardsSchema } from '../wire-safeguards.ts';

const params = z.object({ id: siteQuery });

export function safeguardRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/sites/{id}/safeguards',
      tag: 'safeguards',
      summary: 'The safeguards of a site',
      description: 'What it says itself, and what holds there: each as the nearest site upwards says.',
      params,
      replies: {
        200: { description: 'Its safeguards', schema: safeguardsSchema },
        403: { description: 'You lack sites:read on it' },
        404: { description: 'It is not there, or not one of yours' },
      },
      async handle({ admin, params: { id } }) {
        await siteFor(db, admin, id, 'sites:read');
        return { status: 200, body: await safeguardsOf(db, id) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/sites/{id}/safeguards',
      audit: 'safeguard.updated',
      tag: 'safeguards',
      summary: 'Change the safeguards of a site',
      description:
        'They hold for the sites below too, unless those say otherwise. What is left out stays; null leaves it to the ' +
        'site above. Limits are given all together. Runs that wait for people are measured by what holds when they ' +
        'are checked again.',
      params,
      body: safeguardsPatchSchema,
      replies: {
        200: { description: 'Its safeguards', schema: safeguardsSchema },
        403: { description: 'You lack safeguards:write on it' },
        404: { description: 'It is not there, or not one of yours' },
      },
      async handle({ admin, params: { id }, body }) {
        await siteFor(db, admin, id, 'safeguards:write');
        await updateSafeguards(db, id, await changeFrom(db, id, body));
        return { status: 200, body: await safeguardsOf(db, id) };
      },
    }),
  ];
}

async function safeguardsOf(db: Database, siteId: number): Promise<SafeguardsWire> {
  // Lists are read-only here, and those of the wire are not.
  return { siteId, ...(await getSafeguardsOfSite(db, siteId)) } as SafeguardsWire;
}

/** What was given, as it is kept: each name once. Refuses fields that the site does not have. */
async function changeFrom(
  db: Database,
  siteId: number,
  { limits, approvals, graceMinutes, stickyFields }: z.output<typeof safeguardsPatchSchema>,
): Promise<Partial<OwnSafeguards>> {
  if (stickyFields) await refuseUnknown(db, siteId, stickyFields);
  return {
    ...(limits !== undefined && { limits: limits && withNumbers(limits) }),
    ...(approvals !== undefined && {
      approvals: approvals && APPROVABLE.filter((what) => approvals.includes(what)),
    }),
    ...(graceMinutes !== undefined && { graceMinutes }),
    ...(stickyFields !== undefined && { stickyFields: stickyFields && [...new Set(stickyFields)] }),
  };
}

async function refuseUnknown(db: Database, siteId: number, fields: readonly string[]): Promise<void> {
  const names = (await listFieldDefinitions(db, siteId)).map(({ name }) => name);
  const faults = unknownSticky(fields, names).map(({ at, expected }) => ({
    path: `stickyFields.${at}`,
    message: `Site ${siteId} has no such field that could be protected. Did you mean ${expected}?`,
  }));
  if (faults.length > 0) throw new InvalidRequest(faults);
}
