-- What must hold whatever the code does.

ALTER TABLE contacts
  ADD CONSTRAINT contacts_held_by_an_agent CHECK (
    (state = 'issued') = (agent_id IS NOT NULL) AND
    (agent_id IS NULL) = (issuance_id IS NULL) AND
    (agent_id IS NULL) = (issued_at IS NULL)
  ),
  ADD CONSTRAINT contacts_key_length CHECK (length(key) BETWEEN 1 AND 512);

ALTER TABLE base_types
  ADD CONSTRAINT base_types_limit CHECK ("limit" BETWEEN 0 AND 1000000),
  ADD CONSTRAINT base_types_low_water CHECK (low_water_percent BETWEEN 0 AND 100);
ALTER TABLE issuances ADD CONSTRAINT issuances_given CHECK (given BETWEEN 0 AND least(wanted, greatest(allowed, 0)));
ALTER TABLE issuance_tallies ADD CONSTRAINT issuance_tallies_issued CHECK (issued >= 0);
ALTER TABLE limit_grants
  ADD CONSTRAINT limit_grants_amount CHECK (amount BETWEEN 1 AND 1000000),
  ADD CONSTRAINT limit_grants_days CHECK (from_day <= to_day);
ALTER TABLE limit_requests ADD CONSTRAINT limit_requests_wanted CHECK (wanted BETWEEN 1 AND 1000000);
ALTER TABLE threads ADD CONSTRAINT threads_unread CHECK (unread_for_staff >= 0 AND unread_for_person >= 0);
ALTER TABLE users ADD CONSTRAINT users_lower_case CHECK (name_key = lower(name) AND email = lower(email));

-- The same person, once: a held contact moves to nobody else, and one that was taken back never returns to the same agent.
-- The unique key makes "one person, one row"; this trigger makes "one row, one agent".
CREATE FUNCTION contacts_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.agent_id IS NOT NULL THEN
      RAISE EXCEPTION 'a held contact is not deleted' USING ERRCODE = 'check_violation', CONSTRAINT = 'contacts_once';
    END IF;
    RETURN OLD;
  END IF;
  IF NEW.agent_id IS NOT NULL AND NEW.agent_id IS DISTINCT FROM OLD.agent_id THEN
    IF OLD.agent_id IS NOT NULL THEN
      RAISE EXCEPTION 'the contact is held' USING ERRCODE = 'check_violation', CONSTRAINT = 'contacts_once';
    END IF;
    IF EXISTS (SELECT FROM contact_returns r WHERE r.contact_id = NEW.id AND r.agent_id = NEW.agent_id) THEN
      RAISE EXCEPTION 'the agent had the contact before' USING ERRCODE = 'check_violation', CONSTRAINT = 'contacts_once';
    END IF;
  END IF;
  IF NEW.key <> OLD.key THEN
    RAISE EXCEPTION 'a key does not change' USING ERRCODE = 'check_violation', CONSTRAINT = 'contacts_once';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER contacts_once BEFORE UPDATE OF agent_id, key OR DELETE ON contacts
  FOR EACH ROW EXECUTE FUNCTION contacts_once();

-- The journal is written once.
CREATE FUNCTION audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the journal is not rewritten';
END $$;

CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit_events FOR EACH ROW EXECUTE FUNCTION audit_is_final();

-- A person's sessions are found by whose they are.
CREATE INDEX sessions_user ON sessions ((sess -> 'passport' ->> 'user'));
