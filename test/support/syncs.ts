// A site whose people are brought into line with files, and what became of every row, of absent people too.
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { assignRole, insertRole } from '../../db/queries/roles/roles.ts';
import type { Ended } from '../../db/queries/runs.ts';
import type { BatchSizes } from '../../domain/batch.ts';
import type { RunRequest } from './runs.ts';
import { type SmallFiles, useSmallFiles } from './small-files.ts';

export interface Syncs extends SmallFiles {
  /** Each row with what became of it, those of absent people behind the file's: its cells, outcome and reasons. */
  sync(
    header: string,
    lines: readonly string[],
    request?: RunRequest,
  ): Promise<Ended & { id: string; told: string[] }>;
  /** The identifiers of those who are active. */
  active(): Promise<(string | null)[]>;
  idOf(identifier: string): Promise<number>;
  /** Gives somebody a role that allows nothing. */
  giveRole(personId: number): Promise<void>;
}

/** To be called at the top of a test file. */
export function useSyncs(sizes: BatchSizes): Syncs {
  const site = useSmallFiles(sizes);
  return Object.assign(Object.create(site) as SmallFiles, {
    async sync(header: string, lines: readonly string[], request: RunRequest = {}) {
      const csv = [header, ...lines].join('\n');
      const ended = await site.engine.run(site.organisation, csv, { action: 'sync', ...request });
      const told = await outcomesIn(site, ended.id);
      expect(ended.counts.total).toBe(told.length);
      return { ...ended, told };
    },
    async active() {
      const people = await site.people();
      return people.filter(({ status }) => status === 'active').map(({ identifier }) => identifier);
    },
    async idOf(identifier: string) {
      const [person] = await site.engine.db.execute<{ id: number }>(sql`
        select id from person where site_id = ${site.organisation.siteId} and identifier = ${identifier}`);
      if (!person) throw new Error(`nobody is ${identifier}`);
      return person.id;
    },
    async giveRole(personId: number) {
      const { siteId } = site.organisation;
      const role = await insertRole(site.engine.db, { siteId, name: 'Porter', permissions: [] });
      await assignRole(site.engine.db, { personId, roleId: role.id, siteId });
    },
  });
}

async function outcomesIn(site: SmallFiles, id: string): Promise<string[]> {
  const rows = await site.engine.db.execute<{ line: string }>(sql`
    select concat_ws(': ', array_to_string(array(select json_array_elements_text(r.cells)), ','),
      concat_ws(' · ', b.outcome, (
        select string_agg(concat_ws(' ', e.it ->> 'code', e.it ->> 'field', e.it ->> 'rows'), ' · ' order by e.place)
        from jsonb_array_elements(b.reasons) with ordinality as e (it, place)))) as line
    from bulk_row r join bulk_plan b using (bulk_action_id, row_number)
    where bulk_action_id = ${id} order by row_number`);
  return [...rows].map(({ line }) => line);
}
