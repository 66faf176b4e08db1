// The fields that a site defines for its people, over HTTP. A change of one never rewrites what people have.
import { z } from 'zod';
import type { Database } from '../../db/client.ts';
import type { Admin } from '../../db/queries/admins.ts';
import {
  changeFieldDefinition,
  countWithoutValue,
  deleteFieldDefinition,
  findFieldDefinition,
  insertFieldDefinition,
  listFieldDefinitions,
  streamValues,
} from '../../db/queries/field-definitions.ts';
import { findFieldUsage } from '../../db/queries/field-usage.ts';
import type { FieldDefinition } from '../../domain/field-definition.ts';
import { faultsOfField, fitting } from '../../domain/field-rules.ts';
import { Refusal } from '../../domain/refusal.ts';
import { hiddenAs, siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { heldUp } from '../held-up.ts';
import { toFieldDefinition } from '../present.ts';
import { InvalidRequest } from '../problems.ts';
import { idParams, siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { pageOf } from '../wire.ts';
import {
  changedFieldDefinitionSchema,
  fieldDefinitionPatchSchema,
  fieldDefinitionSchema,
  fieldUsageSchema,
  newFieldDefinitionSchema,
} from '../wire-org.ts';

export function fieldDefinitionRoutes({ db }: ApiDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/field-definitions',
      tag: 'field definitions',
      summary: 'The fields that hold at a site',
      description: 'Its own and those of the sites above it.',
      query: z.object({ site: siteQuery }),
      replies: {
        200: { description: 'All of them, on one page', schema: pageOf(fieldDefinitionSchema) },
        404: { description: 'The site is not there, or not one of yours' },
      },
      async handle({ admin, query }) {
        const site = await siteFor(db, admin, query.site, 'people:read');
        const definitions = await listFieldDefinitions(db, site.id);
        return { status: 200, body: { items: definitions.map(toFieldDefinition), next: null } };
      },
    }),
    route({
      method: 'post',
      path: '/v1/field-definitions',
      audit: 'field.created',
      tag: 'field definitions',
      summary: 'Add a field to a site',
      description: 'It holds for all sites below too. `pattern` must match the whole value (RE2 syntax).',
      body: newFieldDefinitionSchema,
      replies: {
        201: { description: 'The field', schema: fieldDefinitionSchema },
        403: { description: 'You lack fields:write on the site' },
        404: { description: 'The site is not there, or not one of yours' },
        409: { description: 'The name is taken on the site, above it or below it' },
      },
      async handle({ admin, body }) {
        await siteFor(db, admin, body.siteId, 'fields:write');
        refuseFaults(body);
        const definition = await insertFieldDefinition(db, body);
        return { status: 201, body: toFieldDefinition(definition) };
      },
    }),
    route({
      method: 'patch',
      path: '/v1/field-definitions/{id}',
      audit: 'field.updated',
      tag: 'field definitions',
      summary: 'Change a field',
      description:
        'What is left out stays. No value of anybody changes: `nonConforming` says how many active people do not fit ' +
        'by now. They are asked for a value that does when it is next changed.',
      params: idParams,
      body: fieldDefinitionPatchSchema,
      replies: {
        200: { description: 'The field', schema: changedFieldDefinitionSchema },
        403: { description: 'You lack fields:write on its site' },
        404: { description: 'It is not there, or not one of yours' },
        409: {
          description: 'Another type, and people have values; or unique, and several have the same one',
        },
        423: { description: 'A run is changing people who have the field' },
      },
      async handle({ admin, params, body }) {
        const before = await fieldFor(db, admin, params.id);
        const change = changeFrom(body, before);
        refuseFaults({ ...before, ...change });
        const holder = await changeFieldDefinition(db, params.id, change);
        if (holder) throw await heldUp(db, holder);
        const after = (await findFieldDefinition(db, params.id)) ?? { ...before, ...change };
        return {
          status: 200,
          body: { ...toFieldDefinition(after), nonConforming: await countNonConforming(db, after) },
        };
      },
    }),
    route({
      method: 'get',
      path: '/v1/field-definitions/{id}/usage',
      tag: 'field definitions',
      summary: 'Where a field is used',
      description: 'What would lose something if it went: people, saved presets, sources.',
      params: idParams,
      replies: {
        200: { description: 'Where it is used', schema: fieldUsageSchema },
        403: { description: 'You lack fields:write on its site' },
        404: { description: 'It is not there, or not one of yours' },
      },
      async handle({ admin, params }) {
        return { status: 200, body: await findFieldUsage(db, await fieldFor(db, admin, params.id)) };
      },
    }),
    route({
      method: 'delete',
      path: '/v1/field-definitions/{id}',
      audit: 'field.deleted',
      tag: 'field definitions',
      summary: 'Remove a field',
      params: idParams,
      replies: {
        204: { description: 'The field is gone' },
        403: { description: 'You lack fields:write on its site' },
        404: { description: 'It is not there, or not one of yours' },
        409: { description: 'People have values in it: the message says how many' },
        423: { description: 'A run is changing people who have the field' },
      },
      async handle({ admin, params }) {
        await fieldFor(db, admin, params.id);
        const holder = await deleteFieldDefinition(db, params.id);
        if (holder) throw await heldUp(db, holder);
        return { status: 204 };
      },
    }),
  ];
}

async function fieldFor(db: Database, admin: Admin, id: number): Promise<FieldDefinition> {
  const message = 'There is no such field, or it is not one of yours.';
  const found = await findFieldDefinition(db, id);
  if (!found) throw new Refusal('missing', message);
  await siteFor(db, admin, found.siteId, 'fields:write').catch(hiddenAs(message));
  return found;
}

/** What is given and differs. Whoever turns a choice into something else need not take its choices away. */
function changeFrom(
  given: z.output<typeof fieldDefinitionPatchSchema>,
  before: FieldDefinition,
): Partial<FieldDefinition> {
  const { type = before.type } = given;
  const wanted = type !== 'choice' && given.choices === undefined ? { ...given, choices: null } : given;
  const known: Readonly<Record<string, unknown>> = before;
  return Object.fromEntries(
    Object.entries(wanted).filter(
      ([name, value]) => value !== undefined && JSON.stringify(value) !== JSON.stringify(known[name]),
    ),
  );
}

function refuseFaults(field: Parameters<typeof faultsOfField>[0]): void {
  const faults = faultsOfField(field);
  if (faults.length > 0) throw new InvalidRequest(faults);
}

/** How many active people lack a value that is required, or have one that the field would not take now. */
async function countNonConforming(db: Database, definition: FieldDefinition): Promise<number> {
  const fits = fitting(definition);
  let people = definition.required ? await countWithoutValue(db, definition) : 0;
  for await (const batch of streamValues(db, definition))
    for (const one of batch) if (!fits(one.value)) people += one.people;
  return people;
}
