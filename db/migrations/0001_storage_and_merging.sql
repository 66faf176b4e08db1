-- Half of each page of the plan stays free: giving a row its outcome is then an update in place (HOT).
ALTER TABLE bulk_plan SET (fillfactor = 50);
--> statement-breakpoint
ALTER TABLE person SET (fillfactor = 85);
--> statement-breakpoint

-- The id of a run decides which rows a statement touches; its rows come and go by the hundred thousand. Statistics
-- are taken by the run itself after staging and after the check, so that no plan waits for autovacuum.
ALTER TABLE bulk_row SET (autovacuum_analyze_scale_factor = 0.5);
--> statement-breakpoint

-- What a text value is after a row is applied. `given` null leaves it, '' clears it. Inlined by the planner.
CREATE FUNCTION merged_text(kept text, given text, existing text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN given IS NULL THEN kept
    WHEN existing = 'fill-missing' AND kept IS NOT NULL THEN kept
    ELSE nullif(given, '')
  END
$$;
--> statement-breakpoint

-- What the custom fields are after a row is applied. A key that is null in `given` is cleared. Inlined by the planner.
CREATE FUNCTION merged_fields(kept jsonb, given jsonb, existing text) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN given IS NULL THEN kept
    WHEN existing = 'fill-missing' THEN jsonb_strip_nulls(given) || kept
    WHEN kept @> given THEN kept
    ELSE jsonb_strip_nulls(kept || given)
  END
$$;
--> statement-breakpoint

-- Fencing tokens: each grant of an edit lock takes the next one, so that a later holder always has a higher token.
CREATE SEQUENCE edit_lock_token;
