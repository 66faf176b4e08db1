// The kinds of files that can be imported: built-in ones, and those that a site has saved.
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '../../../api/wire.ts';
import type { PresetWire } from '../../../api/wire-presets.ts';
import { addressOf, ask } from './client.ts';

export type { PresetWire };

export const presetsQuery = (siteId: number | undefined) =>
  queryOptions({
    queryKey: ['presets', siteId],
    enabled: siteId !== undefined,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) =>
      (await ask<Page<PresetWire>>('GET', '/v1/presets', { query: { site: siteId }, signal })).items,
  });

/** Where the browser gets the empty file of a preset from, or all of them unless one is named. */
export function templateAddress(
  { name, templates }: PresetWire,
  siteId: number,
  template?: string,
): { file: string; href: string } {
  if (template !== undefined) {
    const path = `/v1/presets/${encodeURIComponent(name)}/template.csv`;
    return { file: `${name}-${template}.csv`, href: addressOf(path, { site: siteId, template }) };
  }
  const ending = templates.length > 1 ? 'zip' : 'csv';
  const path = `/v1/presets/${encodeURIComponent(name)}/template.${ending}`;
  return { file: `${name}.${ending}`, href: addressOf(path, { site: siteId }) };
}
