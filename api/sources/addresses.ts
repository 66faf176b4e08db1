// Where the place of a source may lead, as far as its address says: what names lead to is seen as they are connected to.
import { isIP } from 'node:net';
import { networkTargets, targetOf } from '../../adapters/network-targets.ts';
import type { PlaceBounds } from '../../adapters/sources/place.ts';
import type { Language } from '../../domain/language.ts';
import { type PlaceHint, placeProblemWords } from '../../domain/sources/place-problems.ts';
import type { SourcePlace } from '../../domain/sources/source.ts';
import type { Fault } from '../problems.ts';

const SETTING = 'SOURCE_ALLOWED_NETWORKS';
/** What is wrong with the address of a place, with the path of the field that has it. */
export function placeAddressFaults(place: SourcePlace, bounds: PlaceBounds, language: Language): Fault[] {
  return hintsOf(place, bounds).map(({ path, hint }) => ({
    path,
    message: placeProblemWords('not-allowed', hint, language),
  }));
}

type Found = { path: string; hint: PlaceHint };

function hintsOf(place: SourcePlace, bounds: PlaceBounds): Found[] {
  switch (place.kind) {
    case 'directory':
      return [];
    case 'sftp':
      return hostFaults('place.host', { host: place.host, isEncrypted: true }, bounds);
    case 'https':
      return urlFaults('place.url', place.url, bounds);
    case 's3':
      return place.endpoint === null ? [] : urlFaults('place.endpoint', place.endpoint, bounds);
  }
}

function urlFaults(path: string, text: string, bounds: PlaceBounds): Found[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  // What stands before an @ would be sent, shown and kept as it is: it is no secret there.
  if (!url || !isWeb || url.username || url.password) return [{ path, hint: { why: 'name' } }];
  if (url.protocol === 'http:' && bounds.allowedNetworks.length === 0)
    return [{ path, hint: { why: 'plain' } }];
  return hostFaults(path, targetOf(url), bounds);
}

function hostFaults(
  path: string,
  target: { host: string; isEncrypted: boolean },
  { allowedNetworks }: PlaceBounds,
): Found[] {
  const address = target.host.toLowerCase() === 'localhost' ? '127.0.0.1' : target.host;
  if (isIP(address) === 0 || networkTargets(allowedNetworks, SETTING).mayReach(target, address)) return [];
  return [{ path, hint: { setting: SETTING } }];
}
