-- CreateEnum
CREATE TYPE "notification_state" AS ENUM ('new', 'seen', 'done');

-- CreateTable
CREATE TABLE "notification_events" (
    "id" SERIAL NOT NULL,
    "type" TEXT NOT NULL,
    "settles" BOOLEAN NOT NULL DEFAULT false,
    "subject_id" INTEGER,
    "person_id" INTEGER,
    "actor_id" INTEGER,
    "count" INTEGER NOT NULL DEFAULT 1,
    "params" JSONB NOT NULL DEFAULT '{}',
    "once" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expanded_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notifications" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "event_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "head_id" INTEGER,
    "latest_event_id" INTEGER NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "state" "notification_state" NOT NULL DEFAULT 'new',
    "snoozed_until" TIMESTAMPTZ(3),
    "seen_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "settled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "notifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_deliveries" (
    "id" SERIAL NOT NULL,
    "event_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "channel" TEXT NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "sent_at" TIMESTAMPTZ(3),
    "dropped_at" TIMESTAMPTZ(3),

    CONSTRAINT "notification_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification_switches" (
    "user_id" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "notification_switches_pkey" PRIMARY KEY ("user_id","type","channel")
);

-- CreateTable
CREATE TABLE "notification_defaults" (
    "type" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL,

    CONSTRAINT "notification_defaults_pkey" PRIMARY KEY ("type","channel")
);

-- CreateTable
CREATE TABLE "quiet_hours" (
    "user_id" INTEGER NOT NULL,
    "from_minute" INTEGER NOT NULL,
    "until_minute" INTEGER NOT NULL,
    "zone" TEXT NOT NULL,

    CONSTRAINT "quiet_hours_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "notification_events_once_key" ON "notification_events"("once");

-- CreateIndex
CREATE INDEX "notification_events_waiting" ON "notification_events"("id") WHERE (expanded_at IS NULL);

-- CreateIndex
CREATE INDEX "notification_events_type_subject_id_idx" ON "notification_events"("type", "subject_id");

-- CreateIndex
CREATE INDEX "notification_events_created_at_idx" ON "notification_events"("created_at");

-- CreateIndex
CREATE INDEX "notifications_new" ON "notifications"("user_id", "type") WHERE (state = 'new' AND head_id IS NULL);

-- CreateIndex
CREATE INDEX "notifications_shown" ON "notifications"("user_id", "at", "id") WHERE (head_id IS NULL);

-- CreateIndex
CREATE INDEX "notifications_snoozed" ON "notifications"("snoozed_until") WHERE (snoozed_until IS NOT NULL);

-- CreateIndex
CREATE INDEX "notifications_head_id_idx" ON "notifications"("head_id");

-- CreateIndex
CREATE INDEX "notifications_event_id_idx" ON "notifications"("event_id");

-- CreateIndex
CREATE INDEX "notifications_latest_event_id_idx" ON "notifications"("latest_event_id");

-- CreateIndex
CREATE UNIQUE INDEX "notifications_user_id_event_id_key" ON "notifications"("user_id", "event_id");

-- CreateIndex
CREATE INDEX "notification_deliveries_due" ON "notification_deliveries"("due_at") WHERE (sent_at IS NULL AND dropped_at IS NULL);

-- CreateIndex
CREATE INDEX "notification_deliveries_open" ON "notification_deliveries"("user_id", "channel") WHERE (sent_at IS NULL AND dropped_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "notification_deliveries_event_id_user_id_channel_key" ON "notification_deliveries"("event_id", "user_id", "channel");

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "notification_events"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_latest_event_id_fkey" FOREIGN KEY ("latest_event_id") REFERENCES "notification_events"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_head_id_fkey" FOREIGN KEY ("head_id") REFERENCES "notifications"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "notification_events"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "notification_switches" ADD CONSTRAINT "notification_switches_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "quiet_hours" ADD CONSTRAINT "quiet_hours_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "notifications"
  ADD CONSTRAINT "notifications_done" CHECK ((state = 'done') = (done_at IS NOT NULL)),
  ADD CONSTRAINT "notifications_seen" CHECK (state <> 'seen' OR seen_at IS NOT NULL),
  ADD CONSTRAINT "notifications_count" CHECK (count > 0),
  ADD CONSTRAINT "notifications_head" CHECK (head_id <> id);
ALTER TABLE "notification_events" ADD CONSTRAINT "notification_events_count" CHECK (count > 0);
ALTER TABLE "notification_deliveries" ADD CONSTRAINT "notification_deliveries_end" CHECK (sent_at IS NULL OR dropped_at IS NULL);
ALTER TABLE "quiet_hours" ADD CONSTRAINT "quiet_hours_minutes"
  CHECK (from_minute BETWEEN 0 AND 1439 AND until_minute BETWEEN 0 AND 1439 AND from_minute <> until_minute);
