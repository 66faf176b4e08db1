-- A field of people is changed or removed: never behind anyone's back. Both functions take the edit locks of the sites
-- where it holds, shared, so that no run is granted one meanwhile, and then the field itself, for which edits of single
-- people wait, as they do for edits. Only what comes after that sees all that was written before: hence functions.

-- Makes ready for a change: gives the field, locked, and the sites where it holds; or why it can't be changed now: it is
-- missing, or a run holds one of the sites (locked).
CREATE FUNCTION lock_field(field_id bigint, OUT field field_definition, OUT sites integer[], OUT refusal jsonb)
  LANGUAGE plpgsql AS $$
BEGIN
  sites := array(
    SELECT s.id FROM site s JOIN field_definition f ON s.path @> ARRAY[f.site_id] WHERE f.id = field_id
  );
  PERFORM FROM edit_lock WHERE site_id = ANY (sites) ORDER BY site_id FOR SHARE;
  SELECT jsonb_build_object('kind', 'locked', 'holder', holder, 'since', granted_at) INTO refusal
  FROM edit_lock WHERE site_id = ANY (sites) AND holder IS NOT NULL LIMIT 1;
  IF refusal IS NULL THEN
    SELECT * INTO field FROM field_definition f WHERE f.id = field_id FOR UPDATE;
    IF field.id IS NULL THEN
      refusal := '{"kind": "missing"}';
    END IF;
  END IF;
END
$$;
--> statement-breakpoint

-- Changes what `given` names of a field, by its columns. People's values stay as they are. What is unique about them is
-- taken up where the field becomes unique, and dropped where it no longer is. Gives what became of it: changed, missing,
-- locked, in-use (another type, and people have values), awaited (another type, and a run has read its file by the old
-- one), clashing (values that several people have) or too-long (for a unique value).
CREATE FUNCTION change_field(field_id bigint, given jsonb, unique_length_max integer) RETURNS jsonb
  LANGUAGE plpgsql AS $$
DECLARE
  locked record;
  was field_definition;
  wanted field_definition;
  sites integer[];
  refusal jsonb;
BEGIN
  -- What a field is called may change at any time.
  IF given - 'label' = '{}' THEN
    UPDATE field_definition f SET label = coalesce(given ->> 'label', f.label) WHERE f.id = field_id;
    RETURN jsonb_build_object('kind', CASE WHEN FOUND THEN 'changed' ELSE 'missing' END);
  END IF;
  SELECT * INTO locked FROM lock_field(field_id);
  was := locked.field;
  sites := locked.sites;
  wanted := jsonb_populate_record(was, given);
  refusal := coalesce(
    locked.refusal,
    field_type_refusal(was, wanted, sites),
    field_unique_refusal(was, wanted, sites, unique_length_max)
  );
  IF refusal IS NOT NULL THEN
    RETURN refusal;
  END IF;
  UPDATE field_definition f
  SET label = wanted.label, type = wanted.type, is_required = wanted.is_required, is_unique = wanted.is_unique,
    pattern = wanted.pattern, choices = wanted.choices
  WHERE f.id = was.id;
  IF wanted.is_unique AND NOT was.is_unique THEN
    INSERT INTO person_unique_value (field_id, value, person_id)
    SELECT was.id, p.fields ->> was.name, p.id FROM person p WHERE p.site_id = ANY (sites) AND p.fields ? was.name;
  ELSIF was.is_unique AND NOT wanted.is_unique THEN
    DELETE FROM person_unique_value v WHERE v.field_id = was.id;
  END IF;
  RETURN '{"kind": "changed"}';
END
$$;
--> statement-breakpoint

-- Why a field can't have another type; null where it can, or keeps its type.
CREATE FUNCTION field_type_refusal(was field_definition, wanted field_definition, sites integer[]) RETURNS jsonb
  LANGUAGE plpgsql AS $$
DECLARE
  people bigint;
  run text;
BEGIN
  IF wanted.type = was.type THEN
    RETURN NULL;
  END IF;
  SELECT count(*) INTO people FROM person p WHERE p.site_id = ANY (sites) AND p.fields ? was.name;
  IF people > 0 THEN
    RETURN jsonb_build_object('kind', 'in-use', 'people', people);
  END IF;
  SELECT a.id INTO run FROM bulk_action a JOIN site s ON s.id = a.site_id
  WHERE a.finished_at IS NULL AND (a.site_id = ANY (sites) OR was.site_id IN (SELECT b.id FROM site b WHERE b.path @> ARRAY[s.id]))
  LIMIT 1;
  IF run IS NOT NULL THEN
    RETURN jsonb_build_object('kind', 'awaited', 'run', run);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint

-- Why a field can't become unique; null where it can, or is not to become so.
CREATE FUNCTION field_unique_refusal(was field_definition, wanted field_definition, sites integer[], length_max integer)
  RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  doubles bigint;
  holders bigint;
  long bigint;
BEGIN
  IF was.is_unique OR NOT wanted.is_unique THEN
    RETURN NULL;
  END IF;
  SELECT count(*), sum(d.people) INTO doubles, holders FROM (
    SELECT count(*) AS people FROM person p WHERE p.site_id = ANY (sites) AND p.fields ? was.name
    GROUP BY p.fields ->> was.name HAVING count(*) > 1
  ) AS d;
  IF doubles > 0 THEN
    RETURN jsonb_build_object('kind', 'clashing', 'values', doubles, 'people', holders);
  END IF;
  SELECT count(*) INTO long FROM person p
  WHERE p.site_id = ANY (sites) AND char_length(p.fields ->> was.name) > length_max;
  IF long > 0 THEN
    RETURN jsonb_build_object('kind', 'too-long', 'people', long);
  END IF;
  RETURN NULL;
END
$$;
--> statement-breakpoint

-- Removes a field of which nobody has a value. Gives what became of it: removed, missing, locked or in-use.
CREATE FUNCTION remove_field(field_id bigint) RETURNS jsonb
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
  DELETE FROM field_definition f WHERE f.id = was.id;
  RETURN '{"kind": "removed"}';
END
$$;
