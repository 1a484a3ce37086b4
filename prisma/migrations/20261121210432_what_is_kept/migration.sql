-- DropForeignKey
ALTER TABLE "lead_draft_files" DROP CONSTRAINT "lead_draft_files_file_id_fkey";

-- AddForeignKey
ALTER TABLE "lead_draft_files" ADD CONSTRAINT "lead_draft_files_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- The archive is final: nothing in it is changed, and nothing leaves it.
DROP TRIGGER audit_is_final ON audit_archive;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE ON audit_archive FOR EACH ROW EXECUTE FUNCTION audit_is_final();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit_archive FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();

-- What leaves the journal is in the archive when the statement that took it out has ended.
CREATE FUNCTION audit_is_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM removed r WHERE NOT EXISTS (SELECT FROM audit_archive a WHERE a.id = r.id)) THEN
    RAISE EXCEPTION 'the journal is not rewritten';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit_is_moved AFTER DELETE ON audit_events
  REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION audit_is_moved();
CREATE TRIGGER audit_stays BEFORE TRUNCATE ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION audit_is_final();
