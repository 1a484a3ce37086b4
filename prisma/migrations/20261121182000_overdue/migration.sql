-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "told_due_at" TIMESTAMPTZ(3),
ADD COLUMN     "unattended_told_at" TIMESTAMPTZ(3);

-- Who gets a thread ends what the head was told of it, whatever gave it to him.
CREATE FUNCTION threads_attended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.unattended_told_at := NULL;
  RETURN NEW;
END $$;
CREATE TRIGGER threads_attended BEFORE UPDATE OF assignee_id ON threads
FOR EACH ROW WHEN (NEW.assignee_id IS NOT NULL) EXECUTE FUNCTION threads_attended();
