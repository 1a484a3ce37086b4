-- AlterTable
ALTER TABLE "departments" ADD COLUMN     "first_answer_minutes" INTEGER,
ADD COLUMN     "resolution_minutes" INTEGER;

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "clock_from" TIMESTAMPTZ(3),
ADD COLUMN     "clock_seconds" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "due_at" TIMESTAMPTZ(3),
ADD COLUMN     "first_answer_at" TIMESTAMPTZ(3),
ADD COLUMN     "first_answer_seconds" INTEGER,
ADD COLUMN     "resolution_seconds" INTEGER,
ADD COLUMN     "waited_seconds" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "threads_due" ON "threads"("due_at") WHERE (due_at IS NOT NULL);

-- What the clocks would have counted: the person waited from his first message after an answer until the next answer, or until
-- the thread was closed. By the hours that the thread's department has now. `due_at` stays null: no department had a target.
WITH said AS (
  SELECT thread_id, created_at, from_staff,
    count(*) FILTER (WHERE from_staff) OVER (PARTITION BY thread_id ORDER BY id) AS answers
  FROM messages
), waits AS (
  SELECT w.thread_id, w.answers, w.since, coalesce(a.created_at, t.closed_at) AS until, t.department_id
  FROM (SELECT thread_id, answers, min(created_at) AS since FROM said WHERE NOT from_staff GROUP BY thread_id, answers) w
  JOIN threads t ON t.id = w.thread_id
  LEFT JOIN said a ON a.thread_id = w.thread_id AND a.from_staff AND a.answers = w.answers + 1
), worked AS (
  SELECT w.thread_id, w.answers, sum(extract(epoch FROM least(w.until, x.closes) - greatest(w.since, x.opens)))::int AS seconds
  FROM waits w
  JOIN departments d ON d.id = w.department_id
  CROSS JOIN LATERAL generate_series((w.since AT TIME ZONE d.zone)::date, (w.until AT TIME ZONE d.zone)::date, interval '1 day') AS day
  CROSS JOIN LATERAL (SELECT d.hours -> (extract(isodow FROM day)::int - 1) AS hours) AS h
  CROSS JOIN LATERAL (
    SELECT (day::date + (h.hours ->> 'from')::time) AT TIME ZONE d.zone AS opens,
      (day::date + (h.hours ->> 'to')::time) AT TIME ZONE d.zone AS closes) AS x
  WHERE x.opens < w.until AND x.closes > w.since AND NOT coalesce(day::date = ANY (d.holidays), false)
  GROUP BY w.thread_id, w.answers
), counted AS (
  SELECT t.id, coalesce((SELECT sum(w.seconds) FROM worked w WHERE w.thread_id = t.id), 0)::int AS seconds,
    (SELECT w.seconds FROM worked w WHERE w.thread_id = t.id AND w.answers = 0) AS first_seconds,
    (SELECT min(s.created_at) FROM said s WHERE s.thread_id = t.id AND s.from_staff) AS first_answer
  FROM threads t
)
UPDATE threads t SET
  clock_seconds = c.seconds,
  clock_from = t.waiting_since,
  first_answer_at = c.first_answer,
  first_answer_seconds = CASE WHEN c.first_answer IS NOT NULL THEN coalesce(c.first_seconds, 0) END,
  resolution_seconds = CASE WHEN t.status = 'closed' THEN c.seconds END
FROM counted c WHERE c.id = t.id;

-- No writer can leave a clock running that has stopped.
CREATE FUNCTION threads_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status <> 'open' THEN
    NEW.due_at := NULL;
    NEW.clock_from := NULL;
    NEW.waited_seconds := 0;
  END IF;
  IF NEW.status <> 'closed' THEN
    NEW.resolution_seconds := NULL;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER threads_clock BEFORE INSERT OR UPDATE OF status ON threads FOR EACH ROW EXECUTE FUNCTION threads_clock();

ALTER TABLE threads ADD CONSTRAINT threads_clock CHECK (
  (status = 'open' OR (due_at IS NULL AND clock_from IS NULL AND waited_seconds = 0))
  AND (status = 'closed' OR resolution_seconds IS NULL) AND (first_answer_at IS NULL) = (first_answer_seconds IS NULL)
  AND clock_seconds >= 0 AND waited_seconds >= 0 AND first_answer_seconds >= 0 AND resolution_seconds >= 0);
ALTER TABLE departments ADD CONSTRAINT departments_targets CHECK (
  first_answer_minutes BETWEEN 1 AND 100000 AND resolution_minutes BETWEEN 1 AND 100000);
