-- A session that goes on when its person ends the others gets a newer epoch. A request that read it before writes the whole of it
-- back, and would end it with the old one.
CREATE FUNCTION session_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.sess := jsonb_set(NEW.sess::jsonb, '{epoch}', (OLD.sess -> 'epoch')::jsonb)::json;
  RETURN NEW;
END $$;

CREATE TRIGGER session_goes_on BEFORE UPDATE OF sess ON sessions FOR EACH ROW
  WHEN (NEW.sess -> 'passport' ->> 'user' = OLD.sess -> 'passport' ->> 'user' AND (NEW.sess ->> 'epoch')::int < (OLD.sess ->> 'epoch')::int)
  EXECUTE FUNCTION session_goes_on();
