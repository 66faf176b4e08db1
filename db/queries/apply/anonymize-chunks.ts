// Anonymizing people: all that identifies them goes, here and in what earlier runs hold; that it happened stays.
import { sql } from 'drizzle-orm';
import type { RowRange } from '../../../domain/batch.ts';
import type { Database } from '../../client.ts';
import { tracesForgotten } from '../forget.ts';
import { noteTracesOfRun } from '../forget-traces.ts';
import { hasStatus, type PersonMove } from '../person-moves.ts';
import { movePhotosToProof, unlinkCardholderPhotos } from '../photos/photos.ts';
import type { ChunkOutcomes, ChunkRun } from './chunks.ts';
import { applyToPeople } from './person-chunks.ts';

/** Anonymizes archived people. Their traces must have been noted before: see forget-traces.ts. */
export const anonymized: PersonMove = (author, columns = sql`p.id, p.version`) => sql`
    done as (
      update person p set status = 'anonymized', identifier = null, email = null, email_key = null, username = null,
        first_name = null, last_name = null, display_name = null, fields = '{}', hand_edited = null,
        org_unit_id = null, supervisor_id = null, version = p.version + 1, updated_at = now()
      from chunk c
      where p.id = c.person_id and p.version = c.person_version and ${hasStatus('archived')}
      returning ${columns}, c.row_number
    ),
    past as (
      delete from person_history where person_id = any (array(select id from done))
    ),
    history as (
      insert into person_history (person_id, version, by_person_id, bulk_action_id, row_number, what)
      select id, version, ${author.byPersonId}::bigint, ${author.bulkActionId}::text, row_number, 'anonymized'
      from done
    ),
    ${CHILDREN},
    draft_gone as (
      delete from import_draft where by_person_id = any (array(select id from done))
    ),
    view_gone as (
      delete from people_view where by_person_id = any (array(select id from done))
    ),
    ${movePhotosToProof(author, 'but-kept')},
    ${unlinkCardholderPhotos},
    ${tracesForgotten(author, 'anonymized')}`;

const CHILDREN = sql.join(
  [
    'credential',
    'session',
    'oidc_identity',
    'admin_profile',
    'api_key',
    'role_assignment',
    'card',
    'person_unique_value',
  ].map(
    (table) => sql`${sql.identifier(`${table}_gone`)} as (
      delete from ${sql.identifier(table)} where person_id = any (array(select id from done))
    )`,
  ),
  sql`, `,
);

/** Anonymizes the people of a range. Gives how many rows got which outcome: none where there was nothing left to do. */
export async function applyAnonymizeChunk(
  db: Database,
  run: ChunkRun,
  range: RowRange,
): Promise<ChunkOutcomes> {
  await noteTracesOfRun(db, run.bulkActionId);
  return applyToPeople(db, run, range, { phase: 'anonymize', move: anonymized(run) });
}
