// The places that sources take their files from, and the choice between them.
import type { SourcePlace, SourceSecret } from '../../domain/sources/source.ts';
import { openDirectory } from './directory.ts';
import type { OpenPlace, PlaceBounds } from './files.ts';

export type { OpenPlace, PlaceBounds, SourceEntry } from './files.ts';
export { PlaceProblem } from './problem.ts';

/**
 * Opens a place. Throws a PlaceProblem for whatever is wrong with it: at once for folders, and for SFTP servers, which are
 * signed in to; for the others with the first that is asked of them. To be closed.
 */
export async function openPlace(
  place: SourcePlace,
  secret: SourceSecret | null,
  bounds: PlaceBounds,
): Promise<OpenPlace> {
  switch (place.kind) {
    case 'directory':
      return openDirectory(place, bounds);
    // The others bring large libraries along: only who needs them loads them.
    case 'sftp':
      return (await import('./sftp.ts')).openSftp(place, secret, bounds);
    case 'https':
      return (await import('./https.ts')).openHttps(place, secret, bounds);
    case 's3':
      return (await import('./s3.ts')).openS3(place, secret, bounds);
  }
}

/**
 * The keys that an SFTP server shows, as `SHA256:…`, for whoever has to compare and pin them; nobody signs in. None for
 * other places. Throws a PlaceProblem where it can't be reached.
 */
export async function hostKeysOf(place: SourcePlace, bounds: PlaceBounds): Promise<string[]> {
  return place.kind === 'sftp' ? (await import('./sftp.ts')).shownKeys(place, bounds) : [];
}
