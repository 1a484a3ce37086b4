-- CreateEnum
CREATE TYPE "thread_status" AS ENUM ('open', 'waiting', 'closed');

-- CreateEnum
CREATE TYPE "thread_priority" AS ENUM ('low', 'normal', 'high');

-- CreateEnum
CREATE TYPE "thread_event_kind" AS ENUM ('note', 'taken', 'assigned', 'handed_over', 'returned', 'closed', 'reopened');

-- DropIndex
DROP INDEX "threads_last_message_at_id_idx";

-- DropIndex
DROP INDEX "threads_person_id_key";

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "assignee_id" INTEGER,
ADD COLUMN     "closed_at" TIMESTAMPTZ(3),
ADD COLUMN     "department_id" INTEGER,
ADD COLUMN     "priority" "thread_priority" NOT NULL DEFAULT 'normal',
ADD COLUMN     "purpose_id" INTEGER,
ADD COLUMN     "queue_moment" BIGINT NOT NULL DEFAULT 0,
ADD COLUMN     "queue_rank" SMALLINT NOT NULL DEFAULT 0,
ADD COLUMN     "rated_at" TIMESTAMPTZ(3),
ADD COLUMN     "rating" SMALLINT,
ADD COLUMN     "rating_text" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "status" "thread_status" NOT NULL DEFAULT 'open',
ADD COLUMN     "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "waiting_since" TIMESTAMPTZ(3) DEFAULT CURRENT_TIMESTAMP;

-- CreateTable
CREATE TABLE "departments" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "zone" TEXT NOT NULL DEFAULT 'Europe/Moscow',
    "hours" JSONB NOT NULL,
    "holidays" DATE[],
    "head_id" INTEGER,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "auto_assign" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "departments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "purposes" (
    "id" SERIAL NOT NULL,
    "title_ru" TEXT NOT NULL,
    "title_en" TEXT NOT NULL,
    "department_id" INTEGER NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "fallback" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "purposes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operators" (
    "user_id" INTEGER NOT NULL,
    "capacity" INTEGER NOT NULL DEFAULT 10,
    "accepts_new" BOOLEAN NOT NULL DEFAULT true,
    "last_assigned_at" TIMESTAMPTZ(3),

    CONSTRAINT "operators_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "department_operators" (
    "department_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,

    CONSTRAINT "department_operators_pkey" PRIMARY KEY ("department_id","user_id")
);

-- CreateTable
CREATE TABLE "operator_presence" (
    "user_id" INTEGER NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_presence_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "thread_events" (
    "id" SERIAL NOT NULL,
    "thread_id" INTEGER NOT NULL,
    "kind" "thread_event_kind" NOT NULL,
    "author_id" INTEGER,
    "operator_id" INTEGER,
    "department_id" INTEGER,
    "text" TEXT NOT NULL DEFAULT '',
    "request_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "thread_events_pkey" PRIMARY KEY ("id")
);

-- The first department and the first purposes: what there was until now was one desk.
INSERT INTO departments (name, name_key, description, hours, holidays)
VALUES ('Поддержка', 'поддержка', '', '[{"from":"09:00","to":"20:00"},{"from":"09:00","to":"20:00"},{"from":"09:00","to":"20:00"},{"from":"09:00","to":"20:00"},{"from":"09:00","to":"20:00"},null,null]', '{}');
INSERT INTO purposes (title_ru, title_en, department_id, position, fallback)
SELECT p.ru, p.en, d.id, p.position, p.position = 4
FROM departments d, (VALUES ('Контакты и лимиты', 'Contacts and limits', 1), ('Лиды и проверки', 'Leads and checks', 2),
  ('Учётная запись', 'Account', 3), ('Другое', 'Something else', 4)) AS p (ru, en, position);

-- Whoever answered until now goes on.
INSERT INTO operators (user_id) SELECT id FROM users WHERE role = 'support';
INSERT INTO department_operators (department_id, user_id) SELECT d.id, o.user_id FROM departments d, operators o;

-- Until now unread was what waited. What was read, ended with the person and is younger than a week might still be waited for; what
-- nobody has touched for a month is over.
UPDATE threads t SET purpose_id = p.id, department_id = p.department_id,
  status = (CASE
    WHEN t.unread_for_staff > 0 OR (last.at > now() - interval '7 days' AND NOT last.from_staff) THEN 'open'
    WHEN coalesce(last.at, t.created_at) < now() - interval '30 days' THEN 'closed'
    ELSE 'waiting' END)::thread_status
FROM threads x
JOIN purposes p ON p.fallback
LEFT JOIN LATERAL (
  SELECT m.created_at AS at, m.from_staff FROM messages m WHERE m.thread_id = x.id ORDER BY m.id DESC LIMIT 1) AS last ON true
WHERE x.id = t.id;
UPDATE threads t SET
  closed_at = CASE WHEN t.status = 'closed' THEN coalesce(t.last_message_at, t.created_at) END,
  waiting_since = CASE WHEN t.status = 'open' THEN coalesce(
    (SELECT m.created_at FROM messages m WHERE m.thread_id = t.id AND NOT m.from_staff AND m.read_at IS NULL ORDER BY m.id LIMIT 1),
    t.last_message_at, t.created_at) END;
ALTER TABLE threads ALTER COLUMN purpose_id SET NOT NULL, ALTER COLUMN department_id SET NOT NULL;

-- Where a thread stands in a list, and where it goes when nobody said. Kept here so that no writer can forget it.
CREATE FUNCTION threads_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.purpose_id IS NULL THEN
    SELECT id INTO NEW.purpose_id FROM purposes WHERE fallback;
  END IF;
  IF NEW.department_id IS NULL THEN
    SELECT department_id INTO NEW.department_id FROM purposes WHERE id = NEW.purpose_id;
  END IF;
  NEW.queue_rank := CASE NEW.status WHEN 'closed' THEN 3 WHEN 'waiting' THEN 2 ELSE (NEW.unread_for_staff = 0)::int END;
  NEW.queue_moment := CASE WHEN NEW.status = 'open' THEN extract(epoch FROM NEW.waiting_since) * 1000
    ELSE extract(epoch FROM coalesce(NEW.last_message_at, NEW.created_at)) * -1000 END;
  RETURN NEW;
END $$;
CREATE TRIGGER threads_place BEFORE INSERT OR UPDATE OF status, unread_for_staff, waiting_since, last_message_at ON threads
FOR EACH ROW EXECUTE FUNCTION threads_place();
UPDATE threads SET status = status;

ALTER TABLE threads
  ADD CONSTRAINT threads_status CHECK (
    (status = 'open') = (waiting_since IS NOT NULL) AND (status = 'closed') = (closed_at IS NOT NULL)
    AND (status = 'open' OR unread_for_staff = 0)),
  ADD CONSTRAINT threads_tags CHECK (cardinality(tags) <= 10),
  ADD CONSTRAINT threads_rating CHECK (rating BETWEEN 1 AND 5 AND length(rating_text) <= 1000);
ALTER TABLE thread_events ADD CONSTRAINT thread_events_text CHECK (length(text) <= 4000);
ALTER TABLE departments
  ADD CONSTRAINT departments_name CHECK (name_key = lower(name)),
  ADD CONSTRAINT departments_hours CHECK (jsonb_typeof(hours) = 'array' AND jsonb_array_length(hours) = 7);
ALTER TABLE operators ADD CONSTRAINT operators_capacity CHECK (capacity BETWEEN 1 AND 200);

-- CreateIndex
CREATE UNIQUE INDEX "departments_name_key_key" ON "departments"("name_key");

-- CreateIndex
CREATE UNIQUE INDEX "purposes_one_fallback" ON "purposes"("fallback") WHERE (fallback);

-- CreateIndex
CREATE INDEX "department_operators_user_id_idx" ON "department_operators"("user_id");

-- CreateIndex
CREATE INDEX "thread_events_thread_id_id_idx" ON "thread_events"("thread_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "thread_events_author_id_request_id_key" ON "thread_events"("author_id", "request_id");

-- CreateIndex
CREATE INDEX "threads_person_id_last_message_at_idx" ON "threads"("person_id", "last_message_at");

-- CreateIndex
CREATE INDEX "threads_queue_rank_queue_moment_id_idx" ON "threads"("queue_rank", "queue_moment", "id");

-- CreateIndex
CREATE INDEX "threads_department_id_queue_rank_queue_moment_id_idx" ON "threads"("department_id", "queue_rank", "queue_moment", "id");

-- CreateIndex
CREATE INDEX "threads_assignee_id_queue_rank_queue_moment_id_idx" ON "threads"("assignee_id", "queue_rank", "queue_moment", "id");

-- CreateIndex
CREATE INDEX "threads_unassigned" ON "threads"("queue_rank", "queue_moment", "id") WHERE (assignee_id IS NULL);

-- CreateIndex
CREATE INDEX "threads_purpose_id_queue_rank_queue_moment_id_idx" ON "threads"("purpose_id", "queue_rank", "queue_moment", "id");

-- CreateIndex
CREATE INDEX "threads_tags_idx" ON "threads" USING GIN ("tags");

-- AddForeignKey
ALTER TABLE "departments" ADD CONSTRAINT "departments_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "purposes" ADD CONSTRAINT "purposes_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operators" ADD CONSTRAINT "operators_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_operators" ADD CONSTRAINT "department_operators_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "department_operators" ADD CONSTRAINT "department_operators_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "operators"("user_id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operator_presence" ADD CONSTRAINT "operator_presence_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_purpose_id_fkey" FOREIGN KEY ("purpose_id") REFERENCES "purposes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_assignee_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_events" ADD CONSTRAINT "thread_events_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_events" ADD CONSTRAINT "thread_events_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_events" ADD CONSTRAINT "thread_events_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_events" ADD CONSTRAINT "thread_events_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
