CREATE INDEX "audit_event_subject" ON "audit_event" USING btree ("root_id","subject","subject_id") WHERE "audit_event"."subject_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_event_request" ON "audit_event" USING btree ("root_id",("details" ->> 'request')) WHERE "audit_event"."details" ? 'request';--> statement-breakpoint

-- A value as a part of a text that can be read in one way only: its length in characters goes before it, and nothing at
-- all is a dash.
CREATE FUNCTION audit_part(value text) RETURNS text
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(length(value)::text || ':' || value, '-') || ','
$$;
--> statement-breakpoint

-- The hash of an event: SHA-256 of the hash before it and of all its columns but its own hash. docs/audit.md has the
-- same in words, for those who recompute it elsewhere. A moment is told in microseconds, whatever the session's time zone.
CREATE FUNCTION audit_hash(previous bytea, event audit_event) RETURNS bytea
  LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT sha256(previous || convert_to(
    audit_part(event.root_id::text)
      || audit_part(event.seq::text)
      || audit_part((extract(epoch FROM event.at) * 1000000)::bigint::text)
      || audit_part(event.site_id::text)
      || audit_part(event.by_person_id::text)
      || audit_part(event.what)
      || audit_part(event.bulk_action_id)
      || audit_part(event.subject)
      || audit_part(event.subject_id)
      || audit_part(event.details::text), 'UTF8'))
$$;
--> statement-breakpoint

-- Notes one event at the end of its organisation's chain and gives its place. Whoever notes locks the end of the chain
-- until the statement is over, so that there is one order and no gap: to be called last, with what the statement wrote.
-- Runs with the rights of its owner, so that a role that may only call it can add to the trail and do nothing else to it.
CREATE FUNCTION note_audit(
  root_id integer, site_id integer, by_person_id bigint, what text,
  bulk_action_id text, subject text, subject_id text, details jsonb
) RETURNS bigint
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head audit_head;
  event audit_event;
BEGIN
  SELECT * INTO head FROM audit_head h WHERE h.root_id = note_audit.root_id FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO audit_head (root_id, seq, hash) VALUES (note_audit.root_id, 0, decode(repeat('00', 32), 'hex'))
      ON CONFLICT DO NOTHING;
    SELECT * INTO STRICT head FROM audit_head h WHERE h.root_id = note_audit.root_id FOR UPDATE;
  END IF;
  event.root_id := note_audit.root_id;
  event.seq := head.seq + 1;
  -- Taken under the lock, so that the order of the chain is the order of time; whole milliseconds, as programs have them.
  event.at := date_trunc('milliseconds', clock_timestamp());
  event.site_id := note_audit.site_id;
  event.by_person_id := note_audit.by_person_id;
  event.what := note_audit.what;
  event.bulk_action_id := note_audit.bulk_action_id;
  event.subject := note_audit.subject;
  event.subject_id := note_audit.subject_id;
  event.details := coalesce(note_audit.details, '{}');
  event.hash := audit_hash(head.hash, event);
  INSERT INTO audit_event SELECT event.*;
  UPDATE audit_head h SET seq = event.seq, hash = event.hash WHERE h.root_id = event.root_id;
  RETURN event.seq;
END $$;
--> statement-breakpoint

-- For every role, the owner of the tables too: the trail is only ever added to.
CREATE FUNCTION refuse_audit_change() RETURNS trigger
  LANGUAGE plpgsql AS $$
BEGIN
  RAISE insufficient_privilege USING
    MESSAGE = format('The audit trail is only ever added to: %s of %s is refused.', lower(TG_OP), TG_TABLE_NAME);
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_event_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint
CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
--> statement-breakpoint

-- An event that does not continue the chain would stand in the way of all that come after it.
CREATE FUNCTION prove_audit_event() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM audit_head h
    WHERE h.root_id = NEW.root_id AND h.seq = NEW.seq - 1 AND NEW.hash = audit_hash(h.hash, NEW);
  IF NOT FOUND THEN
    RAISE insufficient_privilege USING MESSAGE = 'This event does not continue the audit trail. Call note_audit().';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_event_continues BEFORE INSERT ON audit_event
  FOR EACH ROW EXECUTE FUNCTION prove_audit_event();
--> statement-breakpoint

-- The end of a chain begins at nothing and moves on by one event at a time, to one that is there.
CREATE FUNCTION prove_audit_head() RETURNS trigger
  LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.seq = 0 AND NEW.hash = decode(repeat('00', 32), 'hex') THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.root_id = OLD.root_id AND NEW.seq = OLD.seq + 1 THEN
    PERFORM FROM audit_event e WHERE e.root_id = NEW.root_id AND e.seq = NEW.seq AND e.hash = NEW.hash;
    IF FOUND THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE insufficient_privilege USING MESSAGE = 'The end of the audit trail moves by note_audit() alone.';
END $$;
--> statement-breakpoint
CREATE TRIGGER audit_head_moves BEFORE INSERT OR UPDATE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION prove_audit_head();
--> statement-breakpoint

-- ALWAYS: they hold in sessions that switch ordinary triggers off (session_replication_role) too.
ALTER TABLE audit_event
  ENABLE ALWAYS TRIGGER audit_event_stays,
  ENABLE ALWAYS TRIGGER audit_event_continues;
--> statement-breakpoint
ALTER TABLE audit_head
  ENABLE ALWAYS TRIGGER audit_head_stays,
  ENABLE ALWAYS TRIGGER audit_head_moves;
--> statement-breakpoint
REVOKE ALL ON audit_event, audit_head FROM PUBLIC;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION note_audit(integer, integer, bigint, text, text, text, text, jsonb) FROM PUBLIC;
