// An event of the audit trail that a statement notes of a run by itself, with what it writes: both happen, or neither.
import { type SQL, sql } from 'drizzle-orm';
import type { AuditWhat } from '../../domain/audit.ts';

/**
 * A call of note_audit, to be selected once for each row that a statement has changed: `(select ${…} from done)` in its
 * last SELECT. A CTE that nothing reads would not run. The end of the chain is locked from then on: so it comes last.
 * `details` is a jsonb; it names nobody and holds no value of anybody's.
 */
export function auditNoted(event: {
  what: AuditWhat | SQL;
  runId: SQL;
  rootId: SQL;
  siteId: SQL;
  /** Nobody unless given: it is Muster itself that does it. */
  byPersonId?: SQL;
  details?: SQL;
}): SQL {
  const { what, runId, rootId, siteId, byPersonId = sql`null`, details = sql`'{}'::jsonb` } = event;
  return sql`note_audit(${rootId}, ${siteId}, ${byPersonId}::bigint, ${what}, ${runId}, 'run', ${runId}, ${details})`;
}
