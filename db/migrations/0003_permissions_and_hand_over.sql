-- What the admin who started a run may do at a site now. Where that admin is deleted or anonymized by then, what was
-- held when the run began counts: whoever has left can't be asked, and the run goes on. A key limits both.
CREATE FUNCTION run_permissions(run_id text, at_site integer) RETURNS text[]
  LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT g.permission), '{}')
  FROM bulk_action a
  JOIN site s ON s.id = at_site
  CROSS JOIN LATERAL (
    SELECT unnest(o.permissions) AS permission
    FROM person p
    JOIN role_assignment ra ON ra.person_id = p.id AND ra.site_id = ANY (s.path)
    JOIN role o ON o.id = ra.role_id
    WHERE p.id = a.by_person_id AND p.status <> 'anonymized'
    UNION ALL
    SELECT held.permission
    FROM jsonb_array_elements(a.grants) AS g (it)
    CROSS JOIN LATERAL jsonb_array_elements_text(g.it -> 'permissions') AS held (permission)
    WHERE (g.it ->> 'siteId')::int = ANY (s.path)
      AND NOT EXISTS (SELECT FROM person p WHERE p.id = a.by_person_id AND p.status <> 'anonymized')
  ) AS g
  WHERE a.id = run_id AND (a.scopes IS NULL OR g.permission = ANY (a.scopes))
$$;
--> statement-breakpoint

-- Writes what rows say beside their people's own columns: roles, passwords and cards. A part of every statement that
-- applies updates or creates, called with the rows that were applied, after their people were written.
CREATE FUNCTION write_extras(run_id text, applied integer[]) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  -- The roles that a row names are all that its person holds on the site, as far as the admin may grant them.
  DELETE FROM role_assignment a
  USING bulk_plan b JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
    JOIN site s ON s.id = r.site_id, role o
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'roles'
    AND a.person_id = b.person_id AND a.site_id = r.site_id AND o.id = a.role_id
    AND o.permissions <@ run_permissions(run_id, r.site_id)
    AND NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(r.extras -> 'roles') AS w (name)
      WHERE o.id = (
        SELECT n.id FROM role n WHERE n.site_id = ANY (s.path) AND n.name = w.name
        ORDER BY array_position(s.path, n.site_id) DESC LIMIT 1));

  INSERT INTO role_assignment (person_id, role_id, site_id)
  SELECT b.person_id, o.id, r.site_id
  FROM bulk_plan b
  JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  JOIN site s ON s.id = r.site_id
  CROSS JOIN LATERAL jsonb_array_elements_text(r.extras -> 'roles') AS w (name)
  CROSS JOIN LATERAL (
    SELECT o.id FROM role o WHERE o.site_id = ANY (s.path) AND o.name = w.name
    ORDER BY array_position(s.path, o.site_id) DESC LIMIT 1
  ) AS o
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'roles'
  ON CONFLICT DO NOTHING;

  INSERT INTO credential (person_id, password_hash)
  SELECT b.person_id, r.extras ->> 'passwordHash'
  FROM bulk_plan b JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'passwordHash'
  ON CONFLICT (person_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = now();

  -- Whoever has signed in by the old password signs in anew.
  DELETE FROM session s
  USING bulk_plan b JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'passwordHash'
    AND s.person_id = b.person_id;

  INSERT INTO card (person_id, site_id, root_id, number, valid_from, valid_until, bulk_action_id)
  SELECT b.person_id, r.site_id, s.root_id, (r.extras -> 'card' ->> 'number')::numeric,
    (r.extras -> 'card' ->> 'validFrom')::date, (r.extras -> 'card' ->> 'validUntil')::date, run_id
  FROM bulk_plan b
  JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  JOIN site s ON s.id = r.site_id
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'card'
    AND NOT EXISTS (
      SELECT FROM card k WHERE k.root_id = s.root_id AND k.number = (r.extras -> 'card' ->> 'number')::numeric
        AND k.person_id = b.person_id);

  -- Days of a card that is issued are no longer a file's to change.
  UPDATE card k SET valid_from = (r.extras -> 'card' ->> 'validFrom')::date,
    valid_until = (r.extras -> 'card' ->> 'validUntil')::date
  FROM bulk_plan b
  JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'card'
    AND k.person_id = b.person_id AND k.number = (r.extras -> 'card' ->> 'number')::numeric AND k.status = 'pending';
END
$$;
--> statement-breakpoint

-- A person as a hand-over finds them, and the row that is for them.
CREATE TYPE handed_over AS (was person, plan bulk_plan);
--> statement-breakpoint

-- Applies rows that hand keys over to each other: proves the lock, takes the keys off all of them, then applies each.
-- One row changes its person twice on the way, which a single UPDATE can't, and a unique index that is partial can't
-- wait for the end of a transaction. Groups are applied whole: see docs/decisions.
--
-- People and their plans are held together, and rows are probed from there: a join of an array with the plan is planned
-- for ten elements, sooner or later, and then compares each with each.
CREATE FUNCTION apply_hand_over(run_id text, lock_site integer, lock_token bigint, by_person bigint,
    first_group integer, last_group integer, unique_fields jsonb, has_extras boolean)
  RETURNS TABLE (outcome text, rows integer)
  LANGUAGE plpgsql AS $$
DECLARE
  kept handed_over[];
BEGIN
  PERFORM FROM edit_lock
  WHERE site_id = lock_site AND holder = run_id AND token = lock_token
    AND NOT EXISTS (SELECT FROM bulk_action WHERE id = run_id AND cancel_requested_at IS NOT NULL)
  FOR SHARE;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  SELECT array_agg(ROW(p, b)::handed_over) INTO kept
  FROM bulk_plan b JOIN person p ON p.id = b.person_id AND p.version = b.person_version AND p.status <> 'anonymized'
  WHERE b.bulk_action_id = run_id AND b.hand_over BETWEEN first_group AND last_group
    AND b.phase = 'hand-over' AND b.outcome IS NULL;

  -- The stand-in for an identifier begins with a character that no cell may hold.
  UPDATE person p SET email = NULL, email_key = NULL, username = NULL, identifier = E'\x01' || p.id
  FROM unnest(kept) AS k WHERE p.id = (k.was).id;
  DELETE FROM person_unique_value v USING unnest(kept) AS k WHERE v.person_id = (k.was).id;

  WITH done AS (
    UPDATE person p SET
      identifier = coalesce(r.identifier, (k.was).identifier),
      email = CASE WHEN merged_text((k.was).email_key, r.email_key, 'overwrite') IS DISTINCT FROM (k.was).email_key
              THEN r.email ELSE (k.was).email END,
      email_key = merged_text((k.was).email_key, r.email_key, 'overwrite'),
      username = merged_text((k.was).username, r.username, 'overwrite'),
      first_name = merged_text(p.first_name, r.first_name, 'overwrite'),
      last_name = merged_text(p.last_name, r.last_name, 'overwrite'),
      display_name = merged_text(p.display_name, r.display_name, 'overwrite'),
      fields = merged_fields(p.fields, r.fields, 'overwrite'),
      org_unit_id = coalesce((k.plan).org_unit_id, p.org_unit_id),
      supervisor_id = coalesce((k.plan).supervisor_id, p.supervisor_id),
      version = p.version + 1,
      updated_at = now()
    FROM unnest(kept) AS k
    JOIN bulk_row r ON r.bulk_action_id = run_id AND r.row_number = (k.plan).row_number
    WHERE p.id = (k.was).id
    RETURNING p.id, p.site_id, p.version, p.fields, r.row_number, r.extras,
      changed_content(k.was, p) AS before, changed_content(p, k.was) AS after
  ),
  unique_value AS (
    INSERT INTO person_unique_value (field_id, value, person_id)
    SELECT u.id, d.fields ->> u.name, d.id
    FROM done d CROSS JOIN jsonb_to_recordset(unique_fields) AS u (id bigint, name text, "siteIds" int[])
    WHERE d.site_id = ANY (u."siteIds") AND d.fields ->> u.name IS NOT NULL
  )
  INSERT INTO person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after)
  SELECT id, version, by_person, run_id, row_number, 'updated', before, after || extras_in_history(extras)
  FROM done;

  IF has_extras THEN
    PERFORM write_extras(run_id, array_agg((k.plan).row_number)) FROM unnest(kept) AS k;
  END IF;

  RETURN QUERY
  WITH given AS (
    UPDATE bulk_plan b SET
      outcome = CASE WHEN b.row_number IN (SELECT (k.plan).row_number FROM unnest(kept) AS k) THEN 'updated' ELSE 'failed' END,
      reasons = CASE WHEN b.row_number NOT IN (SELECT (k.plan).row_number FROM unnest(kept) AS k)
                THEN '[{"code": "changed-meanwhile"}]'::jsonb END
    WHERE b.bulk_action_id = run_id AND b.hand_over BETWEEN first_group AND last_group
      AND b.phase = 'hand-over' AND b.outcome IS NULL
    RETURNING b.outcome
  ),
  tally AS (
    INSERT INTO bulk_tally (bulk_action_id, outcome, rows)
    SELECT run_id, g.outcome, count(*) FROM given g GROUP BY g.outcome
    RETURNING bulk_tally.outcome, bulk_tally.rows
  )
  SELECT t.outcome, t.rows FROM tally t;
END
$$;
--> statement-breakpoint

-- What history keeps of roles, passwords and cards: never a password, nor its hash. Stable, as what builds JSON is: else
-- the planner could not inline it.
CREATE FUNCTION extras_in_history(extras jsonb) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN extras IS NULL THEN '{}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object(
    'roles', extras -> 'roles', 'card', extras -> 'card',
    'password', CASE WHEN extras ? 'passwordHash' THEN 'changed' END)) END
$$;
--> statement-breakpoint

-- The custom fields in which another one's differ; null where there are none.
CREATE FUNCTION changed_fields(one jsonb, other jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(one) AS f WHERE other -> f.key IS DISTINCT FROM f.value
$$;
--> statement-breakpoint

-- What history keeps of somebody's content: the keys in which another one's differs. Stable for the same reason.
CREATE FUNCTION changed_content(one person, other person) RETURNS jsonb
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'identifier', CASE WHEN one.identifier IS DISTINCT FROM other.identifier THEN one.identifier END,
    'email', CASE WHEN one.email IS DISTINCT FROM other.email THEN one.email END,
    'username', CASE WHEN one.username IS DISTINCT FROM other.username THEN one.username END,
    'first_name', CASE WHEN one.first_name IS DISTINCT FROM other.first_name THEN one.first_name END,
    'last_name', CASE WHEN one.last_name IS DISTINCT FROM other.last_name THEN one.last_name END,
    'display_name', CASE WHEN one.display_name IS DISTINCT FROM other.display_name THEN one.display_name END,
    'org_unit_id', CASE WHEN one.org_unit_id IS DISTINCT FROM other.org_unit_id THEN one.org_unit_id END,
    'supervisor_id', CASE WHEN one.supervisor_id IS DISTINCT FROM other.supervisor_id THEN one.supervisor_id END,
    'fields', CASE WHEN one.fields IS DISTINCT FROM other.fields THEN changed_fields(one.fields, other.fields) END))
$$;
