ALTER TABLE "threads" ADD COLUMN "mailed_message_id" INTEGER;
CREATE INDEX "threads_waiting" ON "threads"("id") WHERE (unread_for_staff > 0);
CREATE INDEX "messages_unread" ON "messages"("thread_id", "from_staff", "id") WHERE (read_at IS NULL);
ALTER TABLE "messages" ADD CONSTRAINT "messages_text_length" CHECK (length("text") <= 4000);
