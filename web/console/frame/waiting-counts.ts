// How much waits at each place of the sidebar, on the site of the page and all below it.
import { useQuery } from '@tanstack/react-query';
import { waitingQuery } from '../client/waiting.ts';
import { useSite } from '../context/site.ts';
import type { PlaceName } from './places.ts';

/** Only what is known to wait: nothing is counted until it is known. */
export function useWaitingCounts(): Partial<Record<PlaceName, number>> {
  const site = useSite();
  const { data } = useQuery(waitingQuery(site?.id));
  if (!data) return {};
  return { runs: data.runsUnderWay, approvals: data.approvals.length, photos: data.photos.count };
}
