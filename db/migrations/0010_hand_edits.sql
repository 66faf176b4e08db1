CREATE INDEX "bulk_row_kept" ON "bulk_row" USING btree ("bulk_action_id","row_number") WHERE "bulk_row"."kept" is not null;
--> statement-breakpoint

-- The rows of a run that may be for somebody whose hand edits are sticky at the row's site, with the fields that are; and
-- the rows of which values were kept before. People are found by these keys: whether such a row is for that person at all
-- is left to the caller.
--
-- How many people have been edited since statistics were taken is anybody's guess: hence hashing, and no nested loops.
CREATE FUNCTION rows_of_hand_edited(run_id text, keys text[]) RETURNS TABLE (row_number integer, sticky text[])
  LANGUAGE plpgsql STABLE
  SET enable_nestloop = off
  SET enable_mergejoin = off AS $$
BEGIN
  RETURN QUERY
  WITH place AS MATERIALIZED (
    -- The nearest site that says which fields are sticky counts, even if it says that none is.
    SELECT s.id, coalesce((
      SELECT g.sticky_fields FROM safeguard g WHERE g.site_id = ANY (s.path) AND g.sticky_fields IS NOT NULL
      ORDER BY array_position(s.path, g.site_id) DESC LIMIT 1), '{}') AS names
    FROM site s WHERE s.id = ANY (ARRAY(SELECT unnest(a.lock_site_ids) FROM bulk_action a WHERE a.id = run_id))
  ),
  edited AS MATERIALIZED (
    SELECT p.site_id, p.identifier, p.email_key, p.username, place.names
    FROM person p JOIN place ON place.id = p.site_id
    WHERE p.hand_edited IS NOT NULL AND p.hand_edited && place.names
      AND p.site_id = ANY (ARRAY(SELECT id FROM place WHERE names <> '{}'))
  )
  SELECT r.row_number, e.names FROM bulk_row r JOIN edited e ON e.site_id = r.site_id AND e.identifier = r.identifier
  WHERE r.bulk_action_id = run_id AND 'identifier' = ANY (keys) AND EXISTS (SELECT FROM edited)
  UNION
  SELECT r.row_number, e.names FROM bulk_row r JOIN edited e ON e.site_id = r.site_id AND e.email_key = r.email_key
  WHERE r.bulk_action_id = run_id AND 'email' = ANY (keys) AND EXISTS (SELECT FROM edited)
  UNION
  SELECT r.row_number, e.names FROM bulk_row r JOIN edited e ON e.site_id = r.site_id AND e.username = r.username
  WHERE r.bulk_action_id = run_id AND 'username' = ANY (keys) AND EXISTS (SELECT FROM edited)
  UNION
  SELECT r.row_number, place.names FROM bulk_row r JOIN place ON place.id = r.site_id
  WHERE r.bulk_action_id = run_id AND r.kept IS NOT NULL;
END
$$;
--> statement-breakpoint

-- The values that are kept from a row's person, whatever the reason: of own fields and custom ones alike.
CREATE FUNCTION kept_values(kept jsonb) RETURNS TABLE (code text, field text, value jsonb)
  LANGUAGE sql IMMUTABLE PARALLEL SAFE ROWS 2 AS $$
  SELECT c.key, v.key, v.value
  FROM jsonb_each(kept) AS c
  CROSS JOIN LATERAL (
    SELECT o.key, o.value FROM jsonb_each(c.value - ARRAY['fields', 'forgotten']) AS o
    UNION ALL
    SELECT f.key, f.value FROM jsonb_each(c.value -> 'fields') AS f
  ) AS v
$$;
--> statement-breakpoint

-- What is kept without the values of these fields, of all where they are null: that they were kept stays.
CREATE FUNCTION without_kept(kept jsonb, names text[]) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_object_agg(c.key, CASE WHEN names IS NULL THEN '{}' ELSE
      c.value - names - CASE WHEN 'email' = ANY (names) THEN ARRAY['email_key', 'fields'] ELSE ARRAY['fields'] END
        || CASE WHEN c.value ? 'fields' THEN jsonb_build_object('fields', (c.value -> 'fields') - names) ELSE '{}' END END
    || jsonb_build_object('forgotten', coalesce(c.value -> 'forgotten', '[]') || (
      SELECT coalesce(jsonb_agg(v.field), '[]') FROM kept_values(kept) AS v
      WHERE v.code = c.key AND v.field <> 'email_key' AND (names IS NULL OR v.field = ANY (names)))))
  FROM jsonb_each(kept) AS c
$$;
--> statement-breakpoint

-- As before, and looks at rows of which values were kept: a key among them may be one of these people's.
CREATE OR REPLACE FUNCTION note_traces(root integer, ids bigint[]) RETURNS void
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
    UNION
    -- What was kept from their person stays somebody else's, be the row applied or not.
    SELECT r.bulk_action_id, r.row_number
    FROM bulk_row r JOIN run ON run.id = r.bulk_action_id
    WHERE r.kept IS NOT NULL
  ),
  item AS (
    SELECT l.bulk_action_id, l.row_number, r.site_id, b.person_id, b.supervisor_id, c.place, h.field, v.bare,
      b.person_id IS NOT NULL
        AND coalesce(b.outcome NOT IN ('rejected', 'failed', 'not-processed', 'skipped'), true)
        AND NOT coalesce(t.kept ? h.field, false) AS is_applied
    FROM line l
    CROSS JOIN LATERAL (
      SELECT * FROM bulk_row r
      WHERE r.bulk_action_id = l.bulk_action_id AND r.row_number = l.row_number LIMIT 1
    ) AS r
    CROSS JOIN LATERAL (
      SELECT * FROM bulk_plan b
      WHERE b.bulk_action_id = l.bulk_action_id AND b.row_number = l.row_number LIMIT 1
    ) AS b
    CROSS JOIN LATERAL (
      SELECT CASE WHEN r.kept IS NOT NULL THEN (
        SELECT jsonb_object_agg(v.field, v.value) FROM kept_values(r.kept) AS v) END AS kept
    ) AS t
    CROSS JOIN LATERAL json_array_elements_text(r.cells) WITH ORDINALITY AS c (cell, place)
    LEFT JOIN heading h ON h.id = l.bulk_action_id AND h.place = c.place
    -- The cell as it stands there, and as it was read.
    CROSS JOIN LATERAL unnest(ARRAY[bare_key(c.cell), CASE
      WHEN h.field = 'identifier' THEN bare_key(r.identifier)
      WHEN h.field = 'email' THEN bare_key(coalesce(r.email_key, t.kept ->> 'email_key'))
      WHEN h.field = 'username' THEN bare_key(coalesce(r.username, t.kept ->> 'username'))
      WHEN h.field = 'card_id' THEN r.extras -> 'card' ->> 'number'
      WHEN h.field IN ('supervisor', 'manager_email', 'manager_identifier')
        THEN bare_key(r.extras -> 'supervisor' ->> 'value')
      WHEN h.field IS NOT NULL THEN bare_key(coalesce(r.fields ->> h.field, t.kept ->> h.field)) END]) AS v (bare)
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
--> statement-breakpoint

-- As before, and people have not edited the field by hand any more.
CREATE OR REPLACE FUNCTION remove_field(field_id bigint) RETURNS jsonb
  LANGUAGE plpgsql AS $$
DECLARE
  locked record;
  was field_definition;
  people bigint;
BEGIN
  SELECT * INTO locked FROM lock_field(field_id);
  IF locked.refusal IS NOT NULL THEN
    RETURN locked.refusal;
  END IF;
  was := locked.field;
  SELECT count(*) INTO people FROM person p WHERE p.site_id = ANY (locked.sites) AND p.fields ? was.name;
  IF people > 0 THEN
    RETURN jsonb_build_object('kind', 'in-use', 'people', people);
  END IF;
  -- Another field may get the name one day: nobody has edited that one.
  UPDATE person p SET hand_edited = nullif(array_remove(p.hand_edited, was.name), '{}')
  WHERE p.hand_edited IS NOT NULL AND was.name = ANY (p.hand_edited) AND p.site_id = ANY (locked.sites);
  DELETE FROM field_definition f WHERE f.id = was.id;
  RETURN '{"kind": "removed"}';
END
$$;
