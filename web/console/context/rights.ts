// What the admin may do where. The API decides; this only spares people what it would refuse.
import { useQuery } from '@tanstack/react-query';
import { isAllowed, type Permission } from '../../../domain/rights.ts';
import { sessionQuery } from '../client/session.ts';
import { pathOf, useSite, useSites } from './site.ts';

export type Rights = {
  /** Whether they hold the permission on the site; left out, on the site of the page. */
  may(permission: Permission, siteId?: number): boolean;
  /** Whether they hold it anywhere. */
  mayAnywhere(permission: Permission): boolean;
};

export function useRights(): Rights {
  const { data: me } = useQuery(sessionQuery);
  const sites = useSites();
  const here = useSite();
  const grants = me?.grants ?? [];
  return {
    may: (permission, siteId = here?.id) =>
      siteId !== undefined &&
      isAllowed(
        grants,
        permission,
        pathOf(sites, siteId).map(({ id }) => id),
      ),
    mayAnywhere: (permission) => grants.some(({ permissions }) => permissions.includes(permission)),
  };
}
