-- Notes that a run has come to a state of which others want to hear: a message waits for every enabled webhook of its site
-- and of those above that hears of it, once for each state and round of asking. Gives the ids of the new messages.
-- What is so is handed over: the statement that makes it so calls this, and does not see its own changes yet.
CREATE FUNCTION note_webhooks(
  run_id text, new_state text, row_counts jsonb, code text, cancelled_for text,
  asked_round integer, asked jsonb, asked_until timestamptz
) RETURNS text[]
  LANGUAGE sql VOLATILE AS $$
  WITH told AS (
    SELECT w.id AS webhook_id, e.event, a.id AS bulk_action_id, jsonb_build_object(
      'type', e.event,
      'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'data', jsonb_build_object(
        'id', a.id,
        'site', a.site_id,
        'kind', a.kind,
        'action', a.options -> 'action',
        'isDryRun', a.is_dry_run,
        'state', new_state,
        'counts', row_counts,
        'error', CASE WHEN code IS NOT NULL THEN jsonb_build_object('code', code) END,
        'cancelReason', cancelled_for,
        'ask', CASE WHEN asked IS NOT NULL THEN asked - 'settled' || jsonb_build_object(
          'round', asked_round,
          'until', to_char(asked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) END
      )) AS payload
    FROM bulk_action AS a
    JOIN site AS s ON s.id = a.site_id
    JOIN webhook AS w ON w.site_id = ANY (s.path)
    CROSS JOIN LATERAL (SELECT 'bulk-action.' || CASE
      WHEN new_state IN ('completed', 'rejected', 'cancelled') THEN new_state ELSE 'awaiting-consent' END AS event) AS e
    WHERE a.id = run_id AND w.is_enabled AND e.event = ANY (w.events)
  ),
  noted AS (
    INSERT INTO webhook_delivery (webhook_id, event, bulk_action_id, occasion, payload)
    SELECT webhook_id, event, bulk_action_id,
      new_state || CASE WHEN asked IS NULL THEN '' ELSE '/' || asked_round END, payload
    FROM told
    ON CONFLICT (bulk_action_id, webhook_id, occasion) DO NOTHING
    RETURNING id
  )
  SELECT coalesce(array_agg(id), '{}') FROM noted
$$;
