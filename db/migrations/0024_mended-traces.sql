-- As before, and looks at what cells had before they were mended: it may have been a key of these people. A note about that
-- alone has the cell's place below zero: what stands there now is somebody else's, and stays.
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
  SELECT k.person_id, r.bulk_action_id, r.row_number, 1, a.options ->> 'photoMatch'
  FROM line l
  JOIN bulk_action a ON a.id = l.bulk_action_id AND a.kind = 'photos'
  CROSS JOIN LATERAL (
    SELECT * FROM bulk_row r
    WHERE r.bulk_action_id = l.bulk_action_id AND r.row_number = l.row_number LIMIT 1
  ) AS r
  CROSS JOIN LATERAL (
    SELECT * FROM bulk_plan b
    WHERE b.bulk_action_id = l.bulk_action_id AND b.row_number = l.row_number LIMIT 1
  ) AS b
  JOIN key k ON k.bare = bare_key(r.extras -> 'photo' ->> 'match')
  WHERE b.person_id IS DISTINCT FROM k.person_id AND (k.is_telling OR k.field = a.options ->> 'photoMatch')
  UNION
  SELECT k.person_id, r.bulk_action_id, r.row_number, -(m.at::integer + 1), NULL
  FROM run
  JOIN bulk_row r ON r.bulk_action_id = run.id AND r.mended IS NOT NULL
  CROSS JOIN LATERAL jsonb_each_text(r.mended) AS m (at, was)
  LEFT JOIN heading h ON h.id = r.bulk_action_id AND h.place = m.at::integer + 1
  JOIN key k ON k.bare = bare_key(m.was)
  WHERE k.is_telling OR r.site_id = k.site_id AND h.field = k.field
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
