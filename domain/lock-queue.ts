// Who gets a lock next: requests in the order in which they came, each for a set of sites, granted whole.

/** A run that wants, or holds, the locks of these sites. */
export type LockRequest = { bulkActionId: string; siteIds: readonly number[] };

const overlap = (a: LockRequest, b: LockRequest): boolean =>
  a.siteIds.some((site) => b.siteIds.includes(site));

/**
 * The waiting requests that may be granted now, first come first served: those that share no site with a holder
 * nor with a request that waits before them. Whole sets and one order: no deadlock, and nobody waits for ever.
 */
export function listGrantable<Request extends LockRequest>(
  holders: readonly LockRequest[],
  waiting: readonly Request[],
): Request[] {
  const ahead: LockRequest[] = [...holders];
  return waiting.filter((request) => {
    const isFree = !ahead.some((other) => overlap(other, request));
    ahead.push(request);
    return isFree;
  });
}
