// Which site the admin works on: it stands in the address, and is remembered for the next visit.
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Site } from '../../../api/wire-org.ts';
import type { Me } from '../../../api/wire-sign-in.ts';
import { sessionQuery } from '../client/session.ts';
import { sitesQuery } from '../client/sites.ts';

const REMEMBERED = 'muster-site';
const NONE: readonly Site[] = [];

export const rememberSite = (id: number): void => localStorage.setItem(REMEMBERED, String(id));

/** All sites that the admin sees; [] until they are known. Who may not see sites has those of their roles, without names. */
export function useSites(): readonly Site[] {
  const { data: me } = useQuery(sessionQuery);
  const isRefused = me != null && !maySeeSites(me);
  const { data: sites, isError } = useQuery({ ...sitesQuery, enabled: !isRefused });
  return useMemo(() => {
    if (sites) return sites;
    return isError || isRefused ? [...new Set(me?.grants.map(({ siteId }) => siteId))].map(nameless) : NONE;
  }, [sites, isError, isRefused, me]);
}

/** Whether there is any use in asking for them. */
export const maySeeSites = ({ grants }: Me): boolean =>
  grants.some(({ permissions }) => permissions.includes('sites:read'));

const nameless = (id: number): Site => ({
  id,
  name: String(id),
  parentId: null,
  rootId: id,
  mailDomains: null,
  language: null,
  externalId: null,
});

/**
 * The site of the page: the one that the address names, else the last one, else the highest that the admin has rights
 * on. Undefined until sites are known, and for an admin who sees none.
 */
export function useSite(): Site | undefined {
  const { site: named } = useSearch({ strict: false }) as { site?: number };
  const sites = useSites();
  const { data: me } = useQuery(sessionQuery);
  const remembered = Number(localStorage.getItem(REMEMBERED));
  for (const id of [named, remembered, ...(me?.grants ?? []).map(({ siteId }) => siteId)]) {
    const site = sites.find((one) => one.id === id);
    if (site) return site;
  }
  return sites[0];
}

/** A site and those above it that the admin sees, nearest first. */
export function pathOf(sites: readonly Site[], id: number): Site[] {
  const path: Site[] = [];
  for (let at: number | null = id; at !== null; ) {
    const site: Site | undefined = sites.find((one) => one.id === at);
    if (!site || path.includes(site)) break;
    path.push(site);
    at = site.parentId;
  }
  return path;
}
