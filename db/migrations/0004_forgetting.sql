-- A key as it is compared when somebody is forgotten: without blank ends or apostrophes there, composed, in lower case.
-- Most cells are plain, and then trimming, which costs most, has nothing to do.
CREATE FUNCTION bare_key(value text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT lower(CASE
    WHEN octet_length(value) = length(value) AND ascii(value) > 39 AND ascii(right(value, 1)) > 39 THEN value
    ELSE btrim(
      normalize(value, NFC),
      E' \t\n\r\f\v\'\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200e\u200f\u2028\u2029\u202f\u2060\u3000\ufeff'
    ) END COLLATE pg_c_utf8)
$$;
--> statement-breakpoint
CREATE TABLE "bulk_trace" (
	"person_id" bigint NOT NULL,
	"bulk_action_id" text collate "C" NOT NULL,
	"row_number" integer NOT NULL,
	"cell" integer NOT NULL,
	"field" text,
	"noted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bulk_trace_key" PRIMARY KEY("person_id","bulk_action_id","row_number","cell")
);
--> statement-breakpoint
ALTER TABLE "bulk_action" ADD COLUMN "traces_noted_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD COLUMN "forgotten_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "bulk_trace_age" ON "bulk_trace" USING btree ("noted_at");--> statement-breakpoint
CREATE INDEX "bulk_plan_unclear" ON "bulk_plan" USING btree ("bulk_action_id","row_number") WHERE "bulk_plan"."person_id" is null or "bulk_plan"."reasons" @? '$[*].value';--> statement-breakpoint
CREATE INDEX "bulk_row_supervisor" ON "bulk_row" USING btree (bare_key("extras" -> 'supervisor' ->> 'value')) WHERE "bulk_row"."extras" ? 'supervisor';--> statement-breakpoint
CREATE INDEX "person_history_gone" ON "person_history" USING btree ("at") WHERE "person_history"."what" in ('anonymized', 'deleted');--> statement-breakpoint
ALTER TABLE "outgoing_mail" ADD CONSTRAINT "outgoing_mail_forgotten" CHECK ("outgoing_mail"."forgotten_at" is null or "outgoing_mail"."to_address" is null and "outgoing_mail"."state" <> 'waiting');
--> statement-breakpoint

-- The cells of a row without those at these places, counted from 1.
CREATE FUNCTION without_cells(cells json, places integer[]) RETURNS json
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT json_agg(CASE WHEN c.place = ANY (places) THEN '' ELSE c.cell END ORDER BY c.place)
  FROM json_array_elements_text(cells) WITH ORDINALITY AS c (cell, place)
$$;
--> statement-breakpoint

-- Reasons without the cells that they quote: codes, fields and rows stay.
CREATE FUNCTION without_values(reasons jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_agg(r.reason - 'value' ORDER BY r.place)
  FROM jsonb_array_elements(reasons) WITH ORDINALITY AS r (reason, place)
$$;
--> statement-breakpoint

-- The columns of a run's file without their headers, for a header that was somebody's row.
CREATE FUNCTION without_headers(columns jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_agg(c.it || '{"header": ""}' ORDER BY c.place)
  FROM jsonb_array_elements(columns) WITH ORDINALITY AS c (it, place)
$$;
--> statement-breakpoint

-- Notes which cells of other people's rows, and of rows that are nobody's, carry a key of these people, as it is now or
-- once was: afterwards nobody could tell. Adds to what is noted, so that it may run again. Row 0 stands for the header of
-- a run's file, row -1 for its mail, whose id stands for the cell.
--
-- Looked at are rows that belong to nobody or whose reasons quote a cell, and rows that name one of them as supervisor.
-- A short key says little: it counts only in a column that holds such keys, at the site of its person. The keys of a row
-- that was applied, or is to be, are its own person's.
--
-- Rows are found by their index and everything else by hashing, whatever the tables' statistics are: nested loops are
-- left to what is LATERAL (unnest there, for VALUES is prepared anew for each row), and the plan does not look at the ids, of which there may be a hundred thousand.
CREATE FUNCTION note_traces(root integer, ids bigint[]) RETURNS void
  LANGUAGE plpgsql
  SET enable_nestloop = off
  SET enable_mergejoin = off
  SET plan_cache_mode = force_generic_plan
  SET work_mem = '64MB' AS $$
BEGIN
  DELETE FROM bulk_trace WHERE noted_at < now() - interval '1 day';

  WITH someone AS MATERIALIZED (
    SELECT id, site_id, identifier, email, username FROM person WHERE id = ANY (ids) AND root_id = root
  ),
  key AS MATERIALIZED (
    SELECT k.id AS person_id, k.site_id, k.field, k.bare, length(k.bare) >= 6 AS is_telling
    FROM (
      SELECT s.id, s.site_id, v.field, bare_key(v.value) AS bare
      FROM someone s
      CROSS JOIN LATERAL unnest(
        ARRAY['identifier', 'email', 'username'], ARRAY[s.identifier, s.email, s.username]) AS v (field, value)
      UNION ALL
      SELECT s.id, s.site_id, f.name, bare_key(v.value)
      FROM person_unique_value v JOIN field_definition f ON f.id = v.field_id JOIN someone s ON s.id = v.person_id
      WHERE v.person_id = ANY (ids)
      UNION ALL
      SELECT s.id, s.site_id, 'card_id', c.number::text
      FROM card c JOIN someone s ON s.id = c.person_id
      WHERE c.person_id = ANY (ids)
      UNION ALL
      -- What somebody no longer has stands before the change that took it.
      SELECT s.id, s.site_id, e.field, bare_key(e.value)
      FROM person_history h
      JOIN someone s ON s.id = h.person_id
      CROSS JOIN LATERAL (
        SELECT field, value FROM jsonb_each_text(h.before) AS o (field, value)
        WHERE field IN ('identifier', 'email', 'username')
        UNION ALL
        SELECT c.field, c.value FROM jsonb_each_text(h.before -> 'fields') AS c (field, value)
        WHERE c.field IN (
          SELECT f.name FROM field_definition f JOIN site o ON o.id = f.site_id WHERE f.is_unique AND o.root_id = root)
      ) AS e
      WHERE h.person_id = ANY (ids) AND h.before ?| ARRAY['identifier', 'email', 'username', 'fields']
    ) AS k
    WHERE k.bare <> ''
  ),
  run AS MATERIALIZED (
    SELECT id, columns FROM bulk_action WHERE root_id = root
  ),
  heading AS MATERIALIZED (
    SELECT run.id, c.place, c.it ->> 'field' AS field, c.it ->> 'header' AS header
    FROM run CROSS JOIN LATERAL jsonb_array_elements(run.columns) WITH ORDINALITY AS c (it, place)
  ),
  line AS MATERIALIZED (
    SELECT b.bulk_action_id, b.row_number
    FROM bulk_plan b JOIN run ON run.id = b.bulk_action_id
    WHERE b.person_id IS NULL OR b.reasons @? '$[*].value'
    UNION
    SELECT r.bulk_action_id, r.row_number
    FROM bulk_row r JOIN run ON run.id = r.bulk_action_id
    WHERE r.extras ? 'supervisor'
      AND bare_key(r.extras -> 'supervisor' ->> 'value') = ANY (ARRAY(
        SELECT bare FROM key
        WHERE field IN ('identifier', 'email', 'username') AND EXISTS (SELECT FROM bulk_row WHERE extras ? 'supervisor')))
  ),
  item AS (
    SELECT l.bulk_action_id, l.row_number, r.site_id, b.person_id, b.supervisor_id, c.place, h.field, v.bare,
      b.person_id IS NOT NULL
        AND coalesce(b.outcome NOT IN ('rejected', 'failed', 'not-processed', 'skipped'), true) AS is_applied
    FROM line l
    CROSS JOIN LATERAL (
      SELECT * FROM bulk_row r
      WHERE r.bulk_action_id = l.bulk_action_id AND r.row_number = l.row_number LIMIT 1
    ) AS r
    CROSS JOIN LATERAL (
      SELECT * FROM bulk_plan b
      WHERE b.bulk_action_id = l.bulk_action_id AND b.row_number = l.row_number LIMIT 1
    ) AS b
    CROSS JOIN LATERAL json_array_elements_text(r.cells) WITH ORDINALITY AS c (cell, place)
    LEFT JOIN heading h ON h.id = l.bulk_action_id AND h.place = c.place
    -- The cell as it stands there, and as it was read.
    CROSS JOIN LATERAL unnest(ARRAY[bare_key(c.cell), CASE
      WHEN h.field = 'identifier' THEN bare_key(r.identifier)
      WHEN h.field = 'email' THEN bare_key(r.email_key)
      WHEN h.field = 'username' THEN bare_key(r.username)
      WHEN h.field = 'card_id' THEN r.extras -> 'card' ->> 'number'
      WHEN h.field IN ('supervisor', 'manager_email', 'manager_identifier')
        THEN bare_key(r.extras -> 'supervisor' ->> 'value')
      WHEN h.field IS NOT NULL THEN bare_key(r.fields ->> h.field) END]) AS v (bare)
    WHERE v.bare <> ''
  )
  INSERT INTO bulk_trace (person_id, bulk_action_id, row_number, cell, field)
  SELECT k.person_id, i.bulk_action_id, i.row_number, i.place, i.field
  FROM item i JOIN key k ON k.bare = i.bare
  WHERE i.person_id IS DISTINCT FROM k.person_id
    AND (k.is_telling OR i.site_id = k.site_id AND (i.field = k.field
      OR k.field IN ('identifier', 'email', 'username') AND i.field IN
        ('identifier', 'email', 'username', 'supervisor', 'manager_email', 'manager_identifier')))
    AND NOT (i.is_applied AND i.field IS NOT NULL AND (i.field IN ('identifier', 'email', 'username') OR i.field = k.field))
    AND (i.field IN ('supervisor', 'manager_email', 'manager_identifier') AND i.supervisor_id <> k.person_id) IS NOT TRUE
  UNION
  SELECT k.person_id, h.id, 0, h.place, h.field
  FROM heading h JOIN key k ON k.bare = bare_key(h.header)
  WHERE k.is_telling AND (h.field IS NULL OR k.bare LIKE '%@%')
  UNION
  SELECT k.person_id, m.bulk_action_id, -1, m.id::integer, NULL
  FROM outgoing_mail m JOIN run ON run.id = m.bulk_action_id JOIN key k ON k.bare = bare_key(m.to_address)
  WHERE m.to_address IS NOT NULL
  ON CONFLICT DO NOTHING;
END
$$;
