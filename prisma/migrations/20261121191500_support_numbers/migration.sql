-- CreateTable
CREATE TABLE "thread_numbers" (
    "thread_id" INTEGER NOT NULL,
    "department_id" INTEGER NOT NULL,
    "purpose_id" INTEGER NOT NULL,
    "operator_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "first_answer_at" TIMESTAMPTZ(3),
    "first_answer_seconds" INTEGER,
    "closed_at" TIMESTAMPTZ(3),
    "resolution_seconds" INTEGER,
    "rated_at" TIMESTAMPTZ(3),
    "rating" SMALLINT,

    CONSTRAINT "thread_numbers_pkey" PRIMARY KEY ("thread_id")
);

-- CreateTable
CREATE TABLE "support_reports" (
    "id" SERIAL NOT NULL,
    "day" DATE NOT NULL,
    "department_id" INTEGER NOT NULL,
    "head_id" INTEGER NOT NULL,
    "lines" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "support_reports_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "thread_numbers_created_at_idx" ON "thread_numbers"("created_at");

-- CreateIndex
CREATE INDEX "thread_numbers_first_answer_at_idx" ON "thread_numbers"("first_answer_at") WHERE (first_answer_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "thread_numbers_closed_at_idx" ON "thread_numbers"("closed_at") WHERE (closed_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "thread_numbers_rated_at_idx" ON "thread_numbers"("rated_at") WHERE (rated_at IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "support_reports_day_department_id_key" ON "support_reports"("day", "department_id");

-- AddForeignKey
ALTER TABLE "thread_numbers" ADD CONSTRAINT "thread_numbers_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "support_reports" ADD CONSTRAINT "support_reports_department_id_fkey" FOREIGN KEY ("department_id") REFERENCES "departments"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "support_reports" ADD CONSTRAINT "support_reports_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE FUNCTION thread_numbers_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO thread_numbers (thread_id, department_id, purpose_id, operator_id, created_at, first_answer_at, first_answer_seconds,
    closed_at, resolution_seconds, rated_at, rating)
  VALUES (NEW.id, NEW.department_id, NEW.purpose_id, NEW.assignee_id, NEW.created_at, NEW.first_answer_at,
    NEW.first_answer_seconds, NEW.closed_at, NEW.resolution_seconds, NEW.rated_at, NEW.rating)
  ON CONFLICT (thread_id) DO UPDATE SET department_id = excluded.department_id, purpose_id = excluded.purpose_id,
    operator_id = excluded.operator_id, created_at = excluded.created_at, first_answer_at = excluded.first_answer_at,
    first_answer_seconds = excluded.first_answer_seconds, closed_at = excluded.closed_at,
    resolution_seconds = excluded.resolution_seconds, rated_at = excluded.rated_at, rating = excluded.rating;
  RETURN NULL;
END $$;
CREATE TRIGGER thread_numbers_begin AFTER INSERT ON threads FOR EACH ROW EXECUTE FUNCTION thread_numbers_keep();
-- Compared after every other trigger has had its say; a message changes none of these.
CREATE TRIGGER thread_numbers_keep AFTER UPDATE ON threads FOR EACH ROW
WHEN ((OLD.department_id, OLD.purpose_id, OLD.assignee_id, OLD.created_at, OLD.first_answer_at, OLD.first_answer_seconds, OLD.closed_at,
    OLD.resolution_seconds, OLD.rated_at, OLD.rating)
  IS DISTINCT FROM (NEW.department_id, NEW.purpose_id, NEW.assignee_id, NEW.created_at, NEW.first_answer_at, NEW.first_answer_seconds,
    NEW.closed_at, NEW.resolution_seconds, NEW.rated_at, NEW.rating))
EXECUTE FUNCTION thread_numbers_keep();

INSERT INTO thread_numbers (thread_id, department_id, purpose_id, operator_id, created_at, first_answer_at, first_answer_seconds,
  closed_at, resolution_seconds, rated_at, rating)
SELECT id, department_id, purpose_id, assignee_id, created_at, first_answer_at, first_answer_seconds, closed_at, resolution_seconds,
  rated_at, rating
FROM threads;
