-- AlterTable
ALTER TABLE "message_deliveries" ADD COLUMN     "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "telegram_chats" ADD COLUMN     "dialogue_seen" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "telegram_bot" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "username" TEXT,
    "fault" TEXT,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "telegram_bot_pkey" PRIMARY KEY ("id")
);

-- What was said in Telegram may be longer, and so may what it said before.
ALTER TABLE message_versions DROP CONSTRAINT message_versions_said;
ALTER TABLE message_versions ADD CONSTRAINT message_versions_said CHECK (num_nonnulls(message_id, event_id) = 1 AND length(text) <= 5000);
