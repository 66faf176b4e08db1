// What an organisation is made of, as its settings change it: sites, org units, fields and roles.
import { queryOptions } from '@tanstack/react-query';
import type {
  ChangedFieldDefinition,
  ChangedSite,
  FieldDefinitionWire,
  FieldUsage,
  Imported,
  OrgUnit,
  Role,
  Site,
} from '../../../api/wire-org.ts';
import type { PresetWire } from '../../../api/wire-presets.ts';
import type { FieldType } from '../../../domain/field-definition.ts';
import type { Language } from '../../../domain/language.ts';
import type { Permission } from '../../../domain/rights.ts';
import { askAll } from './ask-all.ts';
import { ask } from './client.ts';

export type SiteValues = {
  name: string;
  mailDomains: string[] | null;
  language: Language | null;
  externalId: string | null;
};
export const createSite = (body: SiteValues & { parentId: number; id?: number }) =>
  ask<Site>('POST', '/v1/sites', { body });
export const changeSite = (id: number, body: Partial<SiteValues>) =>
  ask<ChangedSite>('PATCH', `/v1/sites/${id}`, { body });

/** The units of one site, with how many people are in each itself. */
export const countedUnitsQuery = (site: number) =>
  queryOptions({
    queryKey: ['org-units', 'counted', site],
    queryFn: async ({ signal }) =>
      (await askAll<OrgUnit>('/v1/org-units', { query: { site, people: 'true' }, signal })).filter(
        ({ siteId }) => siteId === site,
      ),
  });
export type UnitValues = { name: string; parentId: number | null };
export const createUnit = (siteId: number, values: UnitValues) =>
  ask<OrgUnit>('POST', '/v1/org-units', { body: { siteId, ...values } });
export const changeUnit = (id: number, values: UnitValues) =>
  ask<OrgUnit>('PATCH', `/v1/org-units/${id}`, { body: values });
export const removeUnit = (id: number) => ask<void>('DELETE', `/v1/org-units/${id}`);
export const importUnits = (site: number, file: File) =>
  ask<Imported>('POST', '/v1/org-units/import', {
    query: { site },
    raw: file,
    headers: { 'content-type': file.name.endsWith('.xlsx') ? XLSX : 'text/csv' },
  });
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export const definitionsQuery = (site: number) =>
  queryOptions({
    queryKey: ['fields', 'definitions', site],
    queryFn: ({ signal }) =>
      askAll<FieldDefinitionWire>('/v1/field-definitions', { query: { site }, signal }),
  });
export const fieldUsageQuery = (id: number) =>
  queryOptions({
    queryKey: ['fields', 'usage', id],
    queryFn: ({ signal }) => ask<FieldUsage>('GET', `/v1/field-definitions/${id}/usage`, { signal }),
  });
export type FieldValues = {
  label: string;
  type: FieldType;
  required: boolean;
  unique: boolean;
  pattern: string | null;
  choices: string[] | null;
};
export const createField = (siteId: number, name: string, values: FieldValues) =>
  ask<FieldDefinitionWire>('POST', '/v1/field-definitions', { body: { siteId, name, ...values } });
export const changeField = (id: number, values: FieldValues) =>
  ask<ChangedFieldDefinition>('PATCH', `/v1/field-definitions/${id}`, { body: values });
export const removeField = (id: number) => ask<void>('DELETE', `/v1/field-definitions/${id}`);

/** The roles that can be given at a site: its own and those of the sites above it. */
export const rolesAtQuery = (site: number) =>
  queryOptions({
    queryKey: ['roles', 'at', site],
    queryFn: ({ signal }) => ask<{ items: Role[] }>('GET', '/v1/roles', { query: { at: site }, signal }),
    select: ({ items }) => items,
  });
export type RoleValues = { name: string; permissions: Permission[] };
export const createRole = (siteId: number, values: RoleValues) =>
  ask<Role>('POST', '/v1/roles', { body: { siteId, ...values } });
export const changeRole = (id: number, values: Partial<RoleValues>) =>
  ask<Role>('PATCH', `/v1/roles/${id}`, { body: values });
export const removeRole = (id: number) => ask<void>('DELETE', `/v1/roles/${id}`);

export const presetsAtQuery = (site: number) =>
  queryOptions({
    queryKey: ['presets', 'at', site],
    queryFn: ({ signal }) => ask<{ items: PresetWire[] }>('GET', '/v1/presets', { query: { site }, signal }),
    select: ({ items }) => items,
  });
export const savePreset = (body: { siteId: number; name: string; base: string; options: object }) =>
  ask<PresetWire>('POST', '/v1/presets', { body });
export const removePreset = (name: string, site: number) =>
  ask<void>('DELETE', `/v1/presets/${encodeURIComponent(name)}`, { query: { site } });
