-- Parts of a day too: a site that tries its mails out does not wait until tomorrow.
ALTER TABLE "invitation_settings" ALTER COLUMN "link_days" SET DATA TYPE double precision;
--> statement-breakpoint
ALTER TABLE "invitation_settings" ALTER COLUMN "reminder_days" SET DATA TYPE double precision[];
--> statement-breakpoint
ALTER TABLE "invitation_settings" ALTER COLUMN "deadline_days" SET DATA TYPE double precision;
--> statement-breakpoint
ALTER TABLE "follow_up" ADD COLUMN "invited_at" timestamp with time zone;
--> statement-breakpoint

-- Notes that the follow-up of a run has ended: a message waits for every enabled webhook of its site and of those above
-- that hears of it, once. Gives the ids of the new messages. As with note_webhooks, what is so is handed over.
CREATE FUNCTION note_follow_up_ended(run_id text, because text, row_counts jsonb) RETURNS text[]
  LANGUAGE sql VOLATILE AS $$
  WITH noted AS (
    INSERT INTO webhook_delivery (webhook_id, event, bulk_action_id, occasion, payload)
    SELECT w.id, 'follow-up.ended', a.id, 'follow-up-ended', jsonb_build_object(
      'type', 'follow-up.ended',
      'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'data', jsonb_build_object('id', a.id, 'site', a.site_id, 'because', because, 'followUp', row_counts))
    FROM bulk_action AS a
    JOIN site AS s ON s.id = a.site_id
    JOIN webhook AS w ON w.site_id = ANY (s.path)
    WHERE a.id = run_id AND w.is_enabled AND 'follow-up.ended' = ANY (w.events)
    ON CONFLICT (bulk_action_id, webhook_id, occasion) DO NOTHING
    RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') FROM noted
$$;
