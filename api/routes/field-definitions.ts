// The fields that a site defines for its people, over HTTP.
import { RE2JS } from 're2js';
import { z } from 'zod';
import { insertFieldDefinition, listFieldDefinitions } from '../../db/queries/field-definitions.ts';
import { PERSON_FIELDS } from '../../domain/person.ts';
import { siteFor } from '../access.ts';
import type { ApiDeps } from '../deps.ts';
import { toFieldDefinition } from '../present.ts';
import { type Fault, InvalidRequest } from '../problems.ts';
import { siteQuery } from '../query.ts';
import { type Route, route } from '../route.ts';
import { fieldDefinitionSchema, newFieldDefinitionSchema, pageOf } from '../wire.ts';

/** Columns of an export that are no fields: a custom field of such a name could not be told from them. */
const RESERVED_NAMES: readonly string[] = [...PERSON_FIELDS, 'account_id', 'status', 'name', 'action'];

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
        const faults = faultsOfField(body);
        if (faults.length > 0) throw new InvalidRequest(faults);
        const definition = await insertFieldDefinition(db, body);
        return { status: 201, body: toFieldDefinition(definition) };
      },
    }),
  ];
}

/** Rules that one field's parts set each other. */
function faultsOfField(field: z.output<typeof newFieldDefinitionSchema>): Fault[] {
  const faults: Fault[] = [];
  if (RESERVED_NAMES.includes(field.name))
    faults.push({ path: 'name', message: 'Every person has a field of this name. Choose another one.' });
  if (field.type === 'choice' && field.choices === null)
    faults.push({ path: 'choices', message: 'A choice needs its choices.' });
  if (field.type !== 'choice' && field.choices !== null)
    faults.push({ path: 'choices', message: 'Only a field of type choice has choices.' });
  if (field.pattern !== null && !isPattern(field.pattern))
    faults.push({
      path: 'pattern',
      message: 'This is no regular expression of RE2: look-around and back references are not in it.',
    });
  return faults;
}

function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
