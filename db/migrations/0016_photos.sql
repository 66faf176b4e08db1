-- A picture that a cardholder sent by the link of an invitation waits to be looked at, in place of one that waited before;
-- whoever else had asked for one is answered with it. Its files are no leftovers any more. Gives the runs that wait for it, or null where the invitation takes
-- none any more. The same picture again changes nothing.
--
-- All that becomes of somebody's photos goes by the lock of the person, here and below: what is read after it stands.
CREATE FUNCTION add_cardholder_photo(sent photo) RETURNS text[]
  LANGUAGE plpgsql AS $$
DECLARE
  who person;
BEGIN
  SELECT * INTO who FROM person w WHERE w.id = sent.person_id FOR NO KEY UPDATE;
  IF NOT EXISTS (SELECT FROM photo p WHERE p.id = sent.id UNION ALL SELECT FROM photo_deletion d WHERE d.photo_id = sent.id) THEN
    IF who.status IS DISTINCT FROM 'active' THEN
      RETURN NULL;
    END IF;
    PERFORM FROM invitation i
    WHERE i.id = sent.invitation_id AND i.person_id = who.id AND i.state IN ('open', 'answered') AND i.expires_at > now()
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
      RETURN NULL;
    END IF;
    WITH gone AS (
      DELETE FROM photo p WHERE p.person_id = who.id AND p.kind = 'cardholder' AND p.state = 'waiting' RETURNING p.*
    )
    INSERT INTO photo_deletion (photo_id, site_id, kind, sha256, bytes, file_key)
    SELECT g.id, g.site_id, g.kind, g.sha256, g.bytes, g.file_key FROM gone g;
    INSERT INTO photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, width, height, checks, crop, invitation_id)
    VALUES (sent.id, who.id, who.site_id, 'cardholder', 'waiting', sent.file_key, sent.media_type, sent.bytes, sent.sha256,
      sent.width, sent.height, sent.checks, sent.crop, sent.invitation_id);
    UPDATE invitation i SET state = 'answered', answered_at = now()
    WHERE i.person_id = who.id AND (i.state = 'open' OR i.id = sent.invitation_id);
    DELETE FROM upload u WHERE u.id IN (sent.file_key, sent.file_key || '-t');
    PERFORM note_audit(who.root_id, who.site_id, NULL, 'photo.received', NULL, 'photo', sent.id, '{}');
  END IF;
  RETURN ARRAY(
    SELECT DISTINCT i.bulk_action_id FROM invitation i
    WHERE i.person_id = who.id AND i.state = 'answered' AND i.bulk_action_id IS NOT NULL);
END
$$;
--> statement-breakpoint

-- Locks what a decision about photos touches, and always in this order: the edit locks of their sites, which then don't
-- change hands, their people, and the invitations of these, which then get no mail with a number that is being taken.
CREATE FUNCTION lock_photos(ids text[]) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM edit_lock l WHERE l.site_id IN (SELECT p.site_id FROM photo p WHERE p.id = ANY (ids))
  ORDER BY l.site_id FOR SHARE;
  PERFORM FROM person w WHERE w.id IN (SELECT p.person_id FROM photo p WHERE p.id = ANY (ids))
  ORDER BY w.id FOR NO KEY UPDATE;
  PERFORM FROM invitation i WHERE i.person_id IN (SELECT p.person_id FROM photo p WHERE p.id = ANY (ids))
  ORDER BY i.id FOR UPDATE;
END
$$;
--> statement-breakpoint

-- What an admin says of photos that wait: `approved` or `declined`, each photo by itself. A run that holds the site, or
-- somebody who has decided before, leaves a photo as it is, and the result says so. An approved one takes the place of the
-- one before; a declined one opens the invitation again, for `days` at least. The mail to the cardholder is due when
-- `grace` is over, which is how long the decision can be taken back.
CREATE FUNCTION decide_photos(
  ids text[], verdict text, by_id bigint, reasons text[], words text, part jsonb, days integer, grace interval
) RETURNS TABLE (
  id text, result text, mail_id bigint, runs text[],
  state text, decided_by text, decided_at timestamptz, holder text, granted_at timestamptz
)
  LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  chosen text[];
  people bigint[];
BEGIN
  PERFORM lock_photos(ids);
  SELECT coalesce(array_agg(p.id), '{}'), coalesce(array_agg(p.person_id), '{}') INTO chosen, people
  FROM photo p
  JOIN person w ON w.id = p.person_id AND w.status = 'active'
  JOIN edit_lock l ON l.site_id = p.site_id AND l.holder IS NULL
  WHERE p.id = ANY (ids) AND p.kind = 'cardholder' AND p.state = 'waiting';
  IF verdict = 'approved' THEN
    WITH former AS (
      UPDATE photo o SET state = 'replaced', replaced_at = now()
      WHERE o.person_id = ANY (people) AND o.kind = 'cardholder' AND o.state = 'approved'
      RETURNING o.person_id, o.id
    ),
    changed AS (
      UPDATE person w SET version = w.version + 1, updated_at = now() WHERE w.id = ANY (people)
      RETURNING w.id, w.version
    )
    INSERT INTO person_history (person_id, version, by_person_id, what, before, after)
    SELECT c.id, c.version, by_id, 'updated', jsonb_strip_nulls(jsonb_build_object('photo', f.id)), jsonb_build_object('photo', p.id)
    FROM changed c
    JOIN photo p ON p.person_id = c.id AND p.id = ANY (chosen)
    LEFT JOIN former f ON f.person_id = c.id;
    UPDATE invitation i SET state = 'done', done_at = now()
    WHERE i.person_id = ANY (people) AND i.state IN ('open', 'answered');
  ELSE
    UPDATE invitation i SET state = 'open', expires_at = greatest(i.expires_at, now() + make_interval(days => days))
    WHERE i.person_id = ANY (people)
      AND (i.state = 'answered' OR i.id IN (SELECT p.invitation_id FROM photo p WHERE p.id = ANY (chosen)));
  END IF;
  UPDATE photo p SET state = verdict, decided_at = now(), decided_by_id = by_id, crop = coalesce(part, p.crop),
    decline_reasons = reasons, note = words, replaced_at = CASE WHEN verdict = 'declined' THEN now() END
  WHERE p.id = ANY (chosen);
  INSERT INTO invitation_mail (invitation_id, number, what, photo_id, due_at)
  SELECT i.id, (SELECT coalesce(max(m.number) + 1, 0) FROM invitation_mail m WHERE m.invitation_id = i.id),
    CASE verdict WHEN 'approved' THEN 'approved' ELSE 'sent-back' END, p.id, now() + grace
  FROM photo p JOIN invitation i ON i.id = p.invitation_id
  WHERE p.id = ANY (chosen);
  PERFORM note_audit(s.root_id, s.id, by_id, CASE verdict WHEN 'approved' THEN 'photo.approved' ELSE 'photo.sent-back' END,
    NULL, 'photo', p.id, CASE WHEN reasons <> '{}' THEN jsonb_build_object('reasons', reasons) ELSE '{}' END)
  FROM (SELECT * FROM photo WHERE photo.id = ANY (chosen) ORDER BY photo.id) AS p JOIN site s ON s.id = p.site_id;
  RETURN QUERY
  SELECT asked.id, CASE
      WHEN asked.id = ANY (chosen) THEN 'decided'
      WHEN p.person_id IS NULL OR p.kind <> 'cardholder' THEN 'missing'
      WHEN p.state <> 'waiting' THEN 'not-waiting'
      WHEN w.status <> 'active' THEN 'not-active'
      ELSE 'locked' END,
    CASE WHEN asked.id = ANY (chosen) THEN (
      SELECT max(m.id) FROM invitation_mail m WHERE m.photo_id = asked.id AND m.invitation_id = p.invitation_id) END,
    CASE WHEN asked.id = ANY (chosen) THEN ARRAY(
      SELECT DISTINCT i.bulk_action_id FROM invitation i WHERE i.person_id = p.person_id AND i.bulk_action_id IS NOT NULL) END,
    p.state, nullif(coalesce(d.display_name, concat_ws(' ', d.first_name, d.last_name)), ''), p.decided_at,
    l.holder, l.granted_at
  FROM unnest(ids) WITH ORDINALITY AS asked (id, place)
  LEFT JOIN photo p ON p.id = asked.id
  LEFT JOIN person w ON w.id = p.person_id
  LEFT JOIN person d ON d.id = p.decided_by_id
  LEFT JOIN edit_lock l ON l.site_id = p.site_id
  ORDER BY asked.place;
END
$$;
--> statement-breakpoint

-- Takes a decision back as long as nobody has begun to send its mail: the photo waits again, the one before it is what
-- it was, and invitations are answered.
CREATE FUNCTION reconsider_photo(photo_id text, by_id bigint)
  RETURNS TABLE (result text, runs text[], holder text, granted_at timestamptz)
  LANGUAGE plpgsql AS $$
DECLARE
  was photo;
  former text;
  held edit_lock;
BEGIN
  PERFORM lock_photos(ARRAY[photo_id]);
  SELECT p.* INTO was FROM photo p JOIN person w ON w.id = p.person_id AND w.status = 'active'
  WHERE p.id = photo_id AND p.kind = 'cardholder';
  IF NOT FOUND THEN
    result := 'missing';
    RETURN NEXT;
    RETURN;
  END IF;
  SELECT * INTO held FROM edit_lock l WHERE l.site_id = was.site_id;
  IF held.holder IS NOT NULL THEN
    RETURN QUERY SELECT 'locked', NULL::text[], held.holder, held.granted_at;
    RETURN;
  END IF;
  IF was.state NOT IN ('approved', 'declined') OR EXISTS (
    SELECT FROM photo p WHERE p.person_id = was.person_id AND p.kind = 'cardholder' AND p.state = 'waiting') THEN
    result := 'too-late';
    RETURN NEXT;
    RETURN;
  END IF;
  UPDATE invitation_mail m SET state = 'dropped', settled_at = now()
  WHERE m.photo_id = was.id AND m.what IN ('approved', 'sent-back') AND m.state = 'waiting' AND m.claimed_at IS NULL;
  IF NOT FOUND THEN
    result := 'too-late';
    RETURN NEXT;
    RETURN;
  END IF;
  UPDATE photo p SET state = 'waiting', decided_at = NULL, decided_by_id = NULL, decline_reasons = NULL, note = NULL,
    replaced_at = NULL
  WHERE p.id = was.id;
  IF was.state = 'approved' THEN
    UPDATE photo p SET state = 'approved', replaced_at = NULL
    WHERE p.person_id = was.person_id AND p.kind = 'cardholder' AND p.state = 'replaced' AND p.replaced_at = was.decided_at
    RETURNING p.id INTO former;
    WITH changed AS (
      UPDATE person w SET version = w.version + 1, updated_at = now() WHERE w.id = was.person_id
      RETURNING w.id, w.version
    )
    INSERT INTO person_history (person_id, version, by_person_id, what, before, after)
    SELECT c.id, c.version, by_id, 'updated', jsonb_build_object('photo', was.id),
      jsonb_strip_nulls(jsonb_build_object('photo', former))
    FROM changed c;
  END IF;
  UPDATE invitation i SET state = 'answered', done_at = NULL, answered_at = coalesce(i.answered_at, now())
  WHERE i.person_id = was.person_id AND (i.state = 'open' OR i.state = 'done' AND i.done_at = was.decided_at);
  PERFORM note_audit(s.root_id, s.id, by_id, 'photo.reconsidered', NULL, 'photo', was.id, '{}')
  FROM site s WHERE s.id = was.site_id;
  RETURN QUERY SELECT 'taken-back', ARRAY(
    SELECT DISTINCT i.bulk_action_id FROM invitation i WHERE i.person_id = was.person_id AND i.bulk_action_id IS NOT NULL),
    NULL::text, NULL::timestamptz;
END
$$;
--> statement-breakpoint

-- Makes a picture the approved photo of an active person of this version: the one before, and one that waited, are
-- replaced, and nobody waits for one any more. Gives the person as written; nobody where the version has moved on, or a
-- run holds the site.
CREATE FUNCTION set_person_photo(given photo, version integer, held_by text) RETURNS SETOF person
  LANGUAGE plpgsql AS $$
DECLARE
  who person;
  former text;
BEGIN
  IF held_by IS NOT NULL THEN
    RETURN;
  END IF;
  UPDATE person w SET version = w.version + 1, updated_at = now()
  WHERE w.id = given.person_id AND w.version = set_person_photo.version AND w.status = 'active'
  RETURNING w.* INTO who;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  UPDATE photo f SET state = 'replaced', replaced_at = now()
  WHERE f.person_id = who.id AND f.kind = 'cardholder' AND f.state = 'waiting';
  UPDATE photo f SET state = 'replaced', replaced_at = now()
  WHERE f.person_id = who.id AND f.kind = 'cardholder' AND f.state = 'approved'
  RETURNING f.id INTO former;
  INSERT INTO photo (id, person_id, site_id, kind, state, file_key, media_type, bytes, sha256, width, height, checks, crop,
    by_person_id, decided_at, decided_by_id)
  VALUES (given.id, who.id, who.site_id, 'cardholder', 'approved', given.file_key, given.media_type, given.bytes, given.sha256,
    given.width, given.height, given.checks, given.crop, given.by_person_id, now(), given.by_person_id);
  DELETE FROM upload u WHERE u.id IN (given.file_key, given.file_key || '-t');
  UPDATE invitation i SET state = 'done', done_at = now() WHERE i.person_id = who.id AND i.state IN ('open', 'answered');
  INSERT INTO person_history (person_id, version, by_person_id, what, before, after)
  VALUES (who.id, who.version, given.by_person_id, 'updated', jsonb_strip_nulls(jsonb_build_object('photo', former)),
    jsonb_build_object('photo', given.id));
  RETURN NEXT who;
END
$$;
--> statement-breakpoint

-- The review shows a site's photos by when they were decided about, or came, the newest first.
CREATE INDEX "photo_shown" ON "photo" USING btree ("site_id",coalesce("decided_at", "created_at"),"id") WHERE "photo"."kind" = 'cardholder' and "photo"."state" in ('approved', 'declined');
--> statement-breakpoint

-- As before, and looks at the names of pictures that were nobody's: one may be a key of these people.
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
