ALTER TABLE "person_history" ADD COLUMN "hand_edited" text[];--> statement-breakpoint
CREATE INDEX "person_history_hand_edited" ON "person_history" USING btree ("bulk_action_id","person_id") WHERE "person_history"."hand_edited" is not null;
--> statement-breakpoint

-- The fields of a person that are edited by hand once values are applied: those that keep their value, and where the values
-- take back what another run did, those that run had taken off. Null for none.
CREATE FUNCTION hand_edits_after(was person, email_key text, username text, first_name text, last_name text,
    display_name text, fields jsonb, existing text, undone text) RETURNS text[]
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT array_agg(DISTINCT e.name ORDER BY e.name)
  FROM (
    SELECT n.name FROM unnest(was.hand_edited) AS n (name)
    WHERE CASE n.name
      WHEN 'email' THEN merged_text(was.email_key, email_key, existing) IS NOT DISTINCT FROM was.email_key
      WHEN 'username' THEN merged_text(was.username, username, existing) IS NOT DISTINCT FROM was.username
      WHEN 'first_name' THEN merged_text(was.first_name, first_name, existing) IS NOT DISTINCT FROM was.first_name
      WHEN 'last_name' THEN merged_text(was.last_name, last_name, existing) IS NOT DISTINCT FROM was.last_name
      WHEN 'display_name' THEN merged_text(was.display_name, display_name, existing) IS NOT DISTINCT FROM was.display_name
      ELSE merged_fields(was.fields, fields, existing) -> n.name IS NOT DISTINCT FROM was.fields -> n.name END
    UNION ALL
    SELECT n.name
    FROM person_history h CROSS JOIN LATERAL unnest(h.hand_edited) AS n (name)
    WHERE h.bulk_action_id = undone COLLATE "default" AND h.person_id = was.id AND h.hand_edited IS NOT NULL
      AND CASE n.name
        WHEN 'email' THEN email_key IS NOT NULL
        WHEN 'username' THEN username IS NOT NULL
        WHEN 'first_name' THEN first_name IS NOT NULL
        WHEN 'last_name' THEN last_name IS NOT NULL
        WHEN 'display_name' THEN display_name IS NOT NULL
        ELSE coalesce(fields ? n.name, false) END
  ) AS e
$$;
