// Staging without Temporal: uploads in a folder, runs in the database, and what the step makes of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll } from 'vitest';
import type { StageResult } from '../../activities/kind.ts';
import { openPictureDesk } from '../../activities/stage/picture-desk.ts';
import { stageActivities } from '../../activities/stage.ts';
import { type FileStore, openFiles } from '../../adapters/files.ts';
import type { Database } from '../../db/client.ts';
import { insertRootSite, insertSite } from '../../db/queries/sites.ts';
import { type BulkActionOptions, DEFAULT_OPTIONS } from '../../domain/bulk-action.ts';
import { getPreset } from '../../domain/presets/catalogue.ts';
import { useDatabase } from './database.ts';

type Content = string | Buffer;

/** As the settings have it where nobody says otherwise. */
const desk = openPictureDesk({ bytesMax: 5 * 2 ** 20, pixelsMax: 25e6, atOnce: 2 });
type RunRequest = Partial<BulkActionOptions> & { preset?: string; siteId?: number };

/** Refusals are expected here: the log of failed activities would only hide what is not. */
export const newEnvironment = () => new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });

/** To be called at the top of a test file. There are the sites 1001 and 1002 below 1000, and 2000 elsewhere. */
export function useStaging() {
  const database = useDatabase();
  let folder = '';
  let files: FileStore | undefined;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stage-'));
    files = await openFiles(pathToFileURL(folder).href);
    await insertRootSite(database.db, { id: 1000, name: 'Root' });
    for (const id of [1001, 1002]) await insertSite(database.db, { id, name: `Site ${id}`, parentId: 1000 });
    await insertRootSite(database.db, { id: 2000, name: 'Elsewhere' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const store = (): FileStore => {
    if (!files) throw new Error('files are there inside tests and hooks only');
    return files;
  };

  return {
    get db(): Database {
      return database.db;
    },
    get url(): string {
      return database.url;
    },
    get files(): FileStore {
      return store();
    },
    /** Where they are. */
    get folder(): string {
      return folder;
    },
    /** A run over these uploads; their ids are the run's own with a number from 1 behind it. */
    async insertRun(
      content: Content | Content[],
      { preset = 'people', siteId = 1000, ...options }: RunRequest = {},
    ) {
      count += 1;
      const id = `run${count}`;
      const contents = Array.isArray(content) ? content : [content];
      const uploadIds = contents.map((_, i) => `${id}-${i + 1}`);
      for (const [i, uploadId] of uploadIds.entries())
        await store().write(uploadId, Readable.from([Buffer.from(contents[i] as Content)]), {
          maxBytes: 1e9,
        });
      const all = JSON.stringify({ ...DEFAULT_OPTIONS, action: getPreset(preset).actions[0], ...options });
      await database.db.execute(sql`
        insert into bulk_action (id, site_id, root_id, kind, preset, options, upload_ids, grants)
        values (${id}, ${siteId}, 1000, 'people', ${preset}, ${all}::jsonb, ${sql.param(uploadIds)}::text[],
          '[{"siteId": 1000, "permissions": ["invitations:write"]}]')`);
      return id;
    },
    stage: (id: string, environment = newEnvironment()): Promise<StageResult> =>
      environment.run(stageActivities({ db: database.db, files: store(), desk }).stage, { id }),
    async listRows(id: string): Promise<Record<string, unknown>[]> {
      return [
        ...(await database.db.execute<Record<string, unknown>>(
          sql`select * from bulk_row where bulk_action_id = ${id} order by row_number`,
        )),
      ];
    },
    async getRun(id: string): Promise<Record<string, unknown> | undefined> {
      const [run] = await database.db.execute<Record<string, unknown>>(
        sql`select * from bulk_action where id = ${id}`,
      );
      return run;
    },
  };
}
