-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "delivered_at" TIMESTAMPTZ(3),
ADD COLUMN     "edited_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "thread_events" ADD COLUMN     "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN     "edited_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "message_versions" (
    "id" SERIAL NOT NULL,
    "thread_id" INTEGER NOT NULL,
    "message_id" INTEGER,
    "event_id" INTEGER,
    "text" TEXT NOT NULL,
    "replaced_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_versions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "message_versions_thread_id_id_idx" ON "message_versions"("thread_id", "id");

-- CreateIndex
CREATE INDEX "message_versions_message_id_idx" ON "message_versions"("message_id");

-- CreateIndex
CREATE INDEX "message_versions_event_id_idx" ON "message_versions"("event_id");

-- AddForeignKey
ALTER TABLE "message_versions" ADD CONSTRAINT "message_versions_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_versions" ADD CONSTRAINT "message_versions_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_versions" ADD CONSTRAINT "message_versions_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "thread_events"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE message_versions ADD CONSTRAINT message_versions_said CHECK (num_nonnulls(message_id, event_id) = 1 AND length(text) <= 4000);
-- What was taken back is in its versions only: no search and no page of the person can come upon it.
ALTER TABLE messages ADD CONSTRAINT messages_deleted CHECK (deleted_at IS NULL OR text = '');
ALTER TABLE thread_events ADD CONSTRAINT thread_events_deleted CHECK (deleted_at IS NULL OR text = '');
