-- The day that it is, by which cards expire: days begin and end at midnight UTC, wherever a site is.
CREATE FUNCTION utc_today() RETURNS date
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT (now() AT TIME ZONE 'UTC')::date
$$;
--> statement-breakpoint

-- Takes cards of these numbers whose last day is over out of use, so that the numbers are free: the sweep may not have
-- come by yet. Called before a number is given to somebody.
CREATE FUNCTION expire_cards(root integer, numbers numeric[]) RETURNS void
  LANGUAGE sql AS $$
  UPDATE card k SET status = 'expired', ended_at = (k.valid_until + 1)::timestamp AT TIME ZONE 'UTC'
  WHERE k.root_id = root AND k.number = ANY (numbers) AND k.status IN ('pending', 'issued') AND k.valid_until < utc_today()
$$;
--> statement-breakpoint

-- As before, and of cards those in use alone count: the number of one that is revoked or expired is free again. A card
-- that was over before its file came is brought once, however often the file comes.
CREATE OR REPLACE FUNCTION write_extras(run_id text, applied integer[]) RETURNS void
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

  -- Seldom any: most were taken out of use by the sweep.
  IF EXISTS (SELECT FROM card WHERE status IN ('pending', 'issued') AND valid_until < utc_today()) THEN
    PERFORM expire_cards(a.root_id, array(
      SELECT (r.extras -> 'card' ->> 'number')::numeric FROM bulk_row r
      WHERE r.bulk_action_id = run_id AND r.row_number = ANY (applied) AND r.extras ? 'card'))
    FROM bulk_action a WHERE a.id = run_id;
  END IF;

  INSERT INTO card (person_id, site_id, root_id, number, valid_from, valid_until, bulk_action_id)
  SELECT b.person_id, r.site_id, s.root_id, (r.extras -> 'card' ->> 'number')::numeric,
    (r.extras -> 'card' ->> 'validFrom')::date, (r.extras -> 'card' ->> 'validUntil')::date, run_id
  FROM bulk_plan b
  JOIN bulk_row r ON r.bulk_action_id = b.bulk_action_id AND r.row_number = b.row_number
  JOIN site s ON s.id = r.site_id
  WHERE b.bulk_action_id = run_id AND b.row_number = ANY (applied) AND r.extras ? 'card'
    AND NOT EXISTS (
      SELECT FROM card k WHERE k.root_id = s.root_id AND k.number = (r.extras -> 'card' ->> 'number')::numeric
        AND k.status IN ('pending', 'issued') AND k.person_id = b.person_id)
    AND NOT (
      coalesce((r.extras -> 'card' ->> 'validUntil')::date < utc_today(), false)
      AND EXISTS (
        SELECT FROM card k WHERE k.person_id = b.person_id AND k.number = (r.extras -> 'card' ->> 'number')::numeric
          AND k.status = 'expired' AND k.valid_until = (r.extras -> 'card' ->> 'validUntil')::date));

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

-- As before, of the card in use: a person may have had the number before.
CREATE OR REPLACE FUNCTION extras_before(extras jsonb, person bigint, at_site integer) RETURNS jsonb
  LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN extras IS NULL THEN '{}'::jsonb ELSE jsonb_strip_nulls(jsonb_build_object(
    'roles', CASE WHEN extras ? 'roles' THEN (
      SELECT coalesce(jsonb_agg(o.name ORDER BY o.name), '[]') FROM role_assignment a JOIN role o ON o.id = a.role_id
      WHERE a.person_id = person AND a.site_id = at_site) END,
    'card', (
      SELECT jsonb_build_object('number', k.number::text, 'validFrom', k.valid_from, 'validUntil', k.valid_until)
      FROM card k
      WHERE k.person_id = person AND k.status IN ('pending', 'issued')
        AND (k.valid_until IS NULL OR k.valid_until >= utc_today())
        AND k.number = coalesce(extras -> 'card' ->> 'number', extras -> 'undo' ->> 'card')::numeric))) END
$$;
--> statement-breakpoint

-- A card's number as people see it in hexadecimal: in capitals, without leading zeros. Postgres writes 63 bits alone.
CREATE FUNCTION card_hex(number numeric) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT upper(CASE WHEN number < 4294967296 THEN to_hex(number::bigint)
    ELSE to_hex(div(number, 4294967296)::bigint) || lpad(to_hex(mod(number, 4294967296)::bigint), 8, '0') END)
$$;
--> statement-breakpoint

-- People who were archived carry no card in use from now on.
UPDATE card k SET status = 'revoked', ended_at = now(), revoked_because = 'archived'
FROM person p
WHERE p.id = k.person_id AND p.status <> 'active' AND k.status IN ('pending', 'issued');
