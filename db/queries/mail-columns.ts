// What is selected of every mail in the outbox, whatever it is about: its key, and the language that it is written in.
import { type SQL, sql } from 'drizzle-orm';
import type { Language } from '../../domain/language.ts';
import { site } from '../schema/sites.ts';

/** What the Message-ID of the mail that a statement calls `m` is made of: the same each time it is sent. */
export const mailKey: SQL = sql.raw(
  `(coalesce(m.bulk_action_id || '-' || m.what, m.what || '-' || m.source_id) || '-' || m.id)`,
);

/** What the nearest site says, the joined `site` or one above it; English where none says anything. */
export const languageOfSite = sql<Language>`coalesce((
  select l.language from site l where l.id = any (${site.path}) and l.language is not null
  order by cardinality(l.path) desc limit 1), 'en')`;
