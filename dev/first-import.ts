// The demo's first import: over the API, as anyone's would be, and before the eyes of whoever started it.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BulkAction } from '../api/wire.ts';
import { clientOf, newIdempotencyKey } from '../cli/client.ts';
import { followRun } from '../cli/follow.ts';
import { openProgress } from '../cli/progress.ts';
import { STATE_WORDS } from '../cli/text.ts';
import { uploadFile } from '../cli/upload.ts';

export interface FirstImport {
  url: string;
  apiKey: string;
  /** A file of `examples/`. */
  file: string;
  siteId: number;
}

/** Gives the run once it has ended. */
export async function runFirstImport({ url, apiKey, file, siteId }: FirstImport): Promise<BulkAction> {
  const progress = await openProgress({ isJson: false });
  try {
    const client = clientOf({ url, apiKey }, progress.note);
    const uploaded = await uploadFile(client, examplePath(file), (done, total) =>
      progress.show({ label: 'Uploading', done, total, unit: 'bytes' }),
    );
    const wanted = { site: siteId, preset: 'people', files: [uploaded.id], options: {} };
    const started = await client.post<BulkAction>('/bulk-actions', wanted, newIdempotencyKey());
    return await followRun(client, started.id, (run) => {
      const words = STATE_WORDS[run.state];
      const label = words.charAt(0).toUpperCase() + words.slice(1);
      if (!run.finishedAt) progress.show({ label, ...run.progress, unit: 'rows' });
    });
  } finally {
    progress.end();
  }
}

// Built, this file lies one folder deeper, and `examples/` does not.
function examplePath(file: string): string {
  const places = ['../examples/', '../../examples/'].map((folder) =>
    fileURLToPath(new URL(folder + file, import.meta.url)),
  );
  const found = places.find((place) => existsSync(place));
  if (!found) throw new Error(`There is no examples/${file}.`);
  return found;
}
