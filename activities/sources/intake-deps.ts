// What taking files from sources works with.
import type { FileStore } from '../../adapters/files.ts';
import type { OpenPlace } from '../../adapters/sources/place.ts';
import type { Database } from '../../db/client.ts';
import type { SourceRow } from '../../db/queries/sources/sources.ts';

export type SourceIntakeDeps = {
  db: Database;
  files: FileStore;
  /** Opens the place of a source, with its secret. To be closed. */
  openPlace(source: SourceRow): Promise<OpenPlace>;
  /** How large a file may be, and one whose name ends in .zip. */
  uploadBytesMax: number;
  zipBytesMax: number;
};
