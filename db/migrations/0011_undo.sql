CREATE INDEX "bulk_action_undoes" ON "bulk_action" USING btree ("undoes_id") WHERE "bulk_action"."undoes_id" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "bulk_action_undone_once" ON "bulk_action" USING btree ("undoes_id") WHERE "bulk_action"."undoes_id" is not null and "bulk_action"."finished_at" is null;
--> statement-breakpoint

-- An email as it is compared, as `emailKeyOf` gives it: for emails that come out of history.
CREATE FUNCTION email_key_of(email text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(email) = length(email) THEN lower(email COLLATE "C") COLLATE "default"
    ELSE lower(normalize(email, NFC) COLLATE pg_unicode_fast) COLLATE "default" END
$$;
--> statement-breakpoint

-- What history keeps of the roles and the card that a row of these extras takes the place of: so that they can be given
-- back. A row that takes a card away names it in `undo`.
CREATE FUNCTION extras_before(extras jsonb, person bigint, at_site integer) RETURNS jsonb
  LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN extras IS NULL THEN '{}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object(
    'roles', CASE WHEN extras ? 'roles' THEN (
      SELECT coalesce(jsonb_agg(o.name ORDER BY o.name), '[]') FROM role_assignment a JOIN role o ON o.id = a.role_id
      WHERE a.person_id = person AND a.site_id = at_site) END,
    'card', (
      SELECT jsonb_build_object('number', k.number::text, 'validFrom', k.valid_from, 'validUntil', k.valid_until)
      FROM card k
      WHERE k.person_id = person
        AND k.number = coalesce(extras -> 'card' ->> 'number', extras -> 'undo' ->> 'card')::numeric))) END
$$;
--> statement-breakpoint

-- Takes away the cards that rows of an undo name: those that the undone run gave and that nobody has issued yet. A part
-- of every statement that applies updates, beside write_extras.
CREATE FUNCTION remove_given_cards(run_id text, applied integer[]) RETURNS void
  LANGUAGE sql AS $$
  DELETE FROM card k
  USING bulk_plan b JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
    JOIN bulk_action a ON a.id = b.bulk_action_id
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras -> 'undo' ? 'card'
    AND k.person_id = b.person_id AND k.number = (r.extras -> 'undo' ->> 'card')::numeric
    AND k.status = 'pending' AND k.bulk_action_id = a.undoes_id
$$;
--> statement-breakpoint

-- As before, and besides: an email can be taken away, an org unit and a supervisor as well (0 in the plan), and history
-- keeps roles and cards of before. In a sync, a row that creates or updates brings its archived person back, unless
-- another row of the run does.
CREATE OR REPLACE FUNCTION apply_hand_over(run_id text, lock_site integer, lock_token bigint, by_person bigint,
    first_group integer, last_group integer, unique_fields jsonb, has_extras boolean)
  RETURNS TABLE (outcome text, rows integer)
  LANGUAGE plpgsql AS $$
DECLARE
  kept handed_over[];
  back integer[];
  is_sync boolean := (SELECT options ->> 'action' = 'sync' FROM bulk_action WHERE id = run_id);
BEGIN
  PERFORM FROM edit_lock
  WHERE site_id = lock_site AND holder = run_id AND token = lock_token
    AND NOT EXISTS (
      SELECT FROM bulk_action WHERE id = run_id AND (cancel_requested_at IS NOT NULL OR paused_at IS NOT NULL))
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
      status = CASE WHEN is_sync AND p.status = 'archived' AND coalesce(r.action, 'create-or-update') = 'create-or-update'
          AND NOT EXISTS (
            SELECT FROM bulk_plan o WHERE o.bulk_action_id = run_id AND o.person_id = p.id AND o.phase = 'restore')
        THEN 'active' ELSE p.status END,
      identifier = coalesce(r.identifier, (k.was).identifier),
      email = CASE WHEN merged_text((k.was).email_key, r.email_key, 'overwrite') IS DISTINCT FROM (k.was).email_key
              THEN nullif(r.email, '') ELSE (k.was).email END,
      email_key = merged_text((k.was).email_key, r.email_key, 'overwrite'),
      username = merged_text((k.was).username, r.username, 'overwrite'),
      first_name = merged_text(p.first_name, r.first_name, 'overwrite'),
      last_name = merged_text(p.last_name, r.last_name, 'overwrite'),
      display_name = merged_text(p.display_name, r.display_name, 'overwrite'),
      fields = merged_fields(p.fields, r.fields, 'overwrite'),
      hand_edited = hand_edits_after(k.was, r.email_key, r.username, r.first_name, r.last_name, r.display_name, r.fields,
        'overwrite', (SELECT undoes_id FROM bulk_action WHERE id = run_id)),
      org_unit_id = nullif(coalesce((k.plan).org_unit_id, p.org_unit_id), 0),
      supervisor_id = nullif(coalesce((k.plan).supervisor_id, p.supervisor_id), 0),
      version = p.version + 1,
      updated_at = now()
    FROM unnest(kept) AS k
    JOIN bulk_row r ON r.bulk_action_id = run_id AND r.row_number = (k.plan).row_number
    WHERE p.id = (k.was).id
    RETURNING p.id, p.site_id, p.version, p.fields, r.row_number, r.extras, (k.was).status <> p.status AS is_back,
      changed_content(k.was, p) || extras_before(r.extras, p.id, p.site_id) AS before, changed_content(p, k.was) AS after,
      CASE WHEN (k.was).hand_edited IS DISTINCT FROM p.hand_edited THEN (k.was).hand_edited END AS hand_edited
  ),
  unique_value AS (
    INSERT INTO person_unique_value (field_id, value, person_id)
    SELECT u.id, d.fields ->> u.name, d.id
    FROM done d CROSS JOIN jsonb_to_recordset(unique_fields) AS u (id bigint, name text, "siteIds" int[])
    WHERE d.site_id = ANY (u."siteIds") AND d.fields ->> u.name IS NOT NULL
  )
  INSERT INTO person_history (person_id, version, by_person_id, bulk_action_id, row_number, what, before, after, hand_edited)
  SELECT id, version, by_person, run_id, row_number, CASE WHEN is_back THEN 'restored' ELSE 'updated' END,
    CASE WHEN is_back THEN before || '{"status": "archived"}' ELSE before END,
    CASE WHEN is_back THEN after || '{"status": "active"}' ELSE after END || extras_in_history(extras), hand_edited
  FROM done;

  IF has_extras THEN
    PERFORM write_extras(run_id, array_agg((k.plan).row_number)),
      remove_given_cards(run_id, array_agg((k.plan).row_number))
    FROM unnest(kept) AS k;
  END IF;

  IF is_sync THEN
    back := array(
      SELECT (k.plan).row_number FROM unnest(kept) AS k JOIN person p ON p.id = (k.was).id
      WHERE p.status <> (k.was).status);
  END IF;

  RETURN QUERY
  WITH given AS (
    UPDATE bulk_plan b SET
      outcome = CASE
        WHEN b.row_number IN (SELECT unnest(back)) THEN 'restored'
        WHEN b.row_number IN (SELECT (k.plan).row_number FROM unnest(kept) AS k) THEN 'updated' ELSE 'failed' END,
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
