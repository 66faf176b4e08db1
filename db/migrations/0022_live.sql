-- What has changed is told on one channel, for those who watch: `what|organisation|site`, which names nobody. Whatever
-- somebody does by hand is noted in the audit trail, so the trail tells of it; runs tell of themselves, a line for each
-- chunk and never one for each row.
CREATE FUNCTION tell_audited() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('muster_changed', concat_ws('|', NEW.what, NEW.root_id, NEW.site_id));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_event_told AFTER INSERT ON audit_event FOR EACH ROW
  WHEN (NEW.what NOT LIKE 'request.%') EXECUTE FUNCTION tell_audited();
--> statement-breakpoint
-- A lock that is granted or given back, once for each organisation, however many sites it is about.
CREATE FUNCTION tell_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('muster_changed', 'lock.moved|' || root_id) FROM (
    SELECT DISTINCT s.root_id FROM new_lock n
    JOIN old_lock o USING (site_id) JOIN site s ON s.id = n.site_id
    WHERE n.holder IS DISTINCT FROM o.holder
  ) AS moved;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER edit_lock_told AFTER UPDATE ON edit_lock REFERENCING OLD TABLE AS old_lock NEW TABLE AS new_lock
  FOR EACH STATEMENT EXECUTE FUNCTION tell_locked();
--> statement-breakpoint
-- Sources and what they deliver move by themselves, a few times a day.
CREATE FUNCTION tell_source() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('muster_changed', concat_ws('|', 'source.moved', NEW.root_id, NEW.site_id));
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER source_told AFTER UPDATE ON source FOR EACH ROW
  WHEN (OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION tell_source();
--> statement-breakpoint
CREATE FUNCTION tell_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('muster_changed', concat_ws('|', 'source.moved', s.root_id, s.site_id))
    FROM source s WHERE s.id = NEW.source_id;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER source_delivery_told AFTER INSERT OR UPDATE OF state ON source_delivery FOR EACH ROW
  EXECUTE FUNCTION tell_delivery();
