-- DropIndex
DROP INDEX "threads_assignee_id_queue_rank_queue_moment_id_idx";

-- DropIndex
DROP INDEX "threads_department_id_queue_rank_queue_moment_id_idx";

-- DropIndex
DROP INDEX "threads_purpose_id_queue_rank_queue_moment_id_idx";

-- DropIndex
DROP INDEX "threads_queue_rank_queue_moment_id_idx";

-- DropIndex
DROP INDEX "threads_unassigned";

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "archived_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "audit_archive" (
    "id" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_id" INTEGER,
    "actor_name" TEXT,
    "action" TEXT NOT NULL,
    "subject_type" TEXT,
    "subject_id" INTEGER,
    "user_id" INTEGER,
    "ip" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,
    "details" JSONB NOT NULL,

    CONSTRAINT "audit_archive_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_archive_actor_id_id_idx" ON "audit_archive"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_archive_subject_type_subject_id_id_idx" ON "audit_archive"("subject_type", "subject_id", "id");

-- CreateIndex
CREATE INDEX "audit_archive_user_id_id_idx" ON "audit_archive"("user_id", "id");

-- CreateIndex
CREATE INDEX "audit_archive_action_id_idx" ON "audit_archive"("action", "id");

-- CreateIndex
CREATE INDEX "threads_queue_rank_queue_moment_id_idx" ON "threads"("queue_rank", "queue_moment", "id") WHERE (queue_rank < 4);

-- CreateIndex
CREATE INDEX "threads_department_id_queue_rank_queue_moment_id_idx" ON "threads"("department_id", "queue_rank", "queue_moment", "id") WHERE (queue_rank < 4);

-- CreateIndex
CREATE INDEX "threads_assignee_id_queue_rank_queue_moment_id_idx" ON "threads"("assignee_id", "queue_rank", "queue_moment", "id") WHERE (queue_rank < 4);

-- CreateIndex
CREATE INDEX "threads_unassigned" ON "threads"("queue_rank", "queue_moment", "id") WHERE (assignee_id IS NULL AND queue_rank < 4);

-- CreateIndex
CREATE INDEX "threads_purpose_id_queue_rank_queue_moment_id_idx" ON "threads"("purpose_id", "queue_rank", "queue_moment", "id") WHERE (queue_rank < 4);

-- CreateIndex
CREATE INDEX "threads_to_archive" ON "threads"("closed_at") WHERE (closed_at IS NOT NULL AND archived_at IS NULL);

-- What is archived ranks behind what is closed; what opens again leaves the archive, whoever opens it. Fires after threads_place.
CREATE FUNCTION threads_place_archived() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'closed' THEN
    NEW.archived_at := NULL;
  ELSE
    NEW.queue_rank := CASE WHEN NEW.archived_at IS NULL THEN 3 ELSE 4 END;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER threads_place_archived
BEFORE INSERT OR UPDATE OF status, unread_for_staff, waiting_since, last_message_at, archived_at ON threads
FOR EACH ROW EXECUTE FUNCTION threads_place_archived();

-- The whole journal. Both parts are in the order of their ids, so a page of it is a walk along two indexes.
CREATE VIEW audit_all AS
SELECT id, at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, request_id, details FROM audit_events
UNION ALL
SELECT id, at, actor_id, actor_name, action, subject_type, subject_id, user_id, ip, user_agent, request_id, details FROM audit_archive;

CREATE TRIGGER audit_is_final BEFORE UPDATE ON audit_archive FOR EACH ROW EXECUTE FUNCTION audit_is_final();
