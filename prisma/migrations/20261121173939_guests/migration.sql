-- CreateEnum
CREATE TYPE "telegram_step" AS ENUM ('name', 'phone', 'talking');

-- CreateEnum
CREATE TYPE "delivery_state" AS ENUM ('sending', 'sent', 'failed');

-- AlterEnum
ALTER TYPE "thread_event_kind" ADD VALUE 'linked';

-- AlterTable
ALTER TABLE "messages" ALTER COLUMN "author_id" DROP NOT NULL;

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "guest_id" INTEGER,
ALTER COLUMN "person_id" DROP NOT NULL;

-- CreateTable
CREATE TABLE "telegram_chats" (
    "id" SERIAL NOT NULL,
    "chat_id" BIGINT NOT NULL,
    "user_id" INTEGER,
    "linked_at" TIMESTAMPTZ(3),
    "proven_at" TIMESTAMPTZ(3),
    "name" TEXT NOT NULL,
    "username" TEXT,
    "phone" TEXT,
    "locale" TEXT NOT NULL DEFAULT 'ru',
    "step" "telegram_step" NOT NULL DEFAULT 'name',
    "dialogue_id" INTEGER,
    "blocked_at" TIMESTAMPTZ(3),
    "wrong_codes" INTEGER NOT NULL DEFAULT 0,
    "wrong_since" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "telegram_chats_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "telegram_codes" (
    "user_id" INTEGER NOT NULL,
    "code_hash" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "telegram_codes_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "telegram_updates" (
    "update_id" BIGINT NOT NULL,
    "chat_id" BIGINT,
    "body" JSONB NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "received_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "done_at" TIMESTAMPTZ(3),
    "fault" TEXT,

    CONSTRAINT "telegram_updates_pkey" PRIMARY KEY ("update_id")
);

-- CreateTable
CREATE TABLE "telegram_messages" (
    "chat_id" INTEGER NOT NULL,
    "telegram_id" INTEGER NOT NULL,
    "message_id" INTEGER NOT NULL,
    "part" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "telegram_messages_pkey" PRIMARY KEY ("chat_id","telegram_id")
);

-- CreateTable
CREATE TABLE "message_deliveries" (
    "message_id" INTEGER NOT NULL,
    "channel" TEXT NOT NULL DEFAULT 'telegram',
    "chat_id" INTEGER NOT NULL,
    "state" "delivery_state" NOT NULL DEFAULT 'sending',
    "reason" TEXT,
    "detail" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "parts_sent" INTEGER NOT NULL DEFAULT 0,
    "attempting_since" TIMESTAMPTZ(3),
    "external_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "message_deliveries_pkey" PRIMARY KEY ("message_id","channel")
);

-- CreateIndex
CREATE UNIQUE INDEX "telegram_chats_chat_id_key" ON "telegram_chats"("chat_id");

-- CreateIndex
CREATE UNIQUE INDEX "telegram_chats_user_id_key" ON "telegram_chats"("user_id");

-- CreateIndex
CREATE INDEX "telegram_chats_dialogue_id_idx" ON "telegram_chats"("dialogue_id");

-- CreateIndex
CREATE UNIQUE INDEX "telegram_codes_code_hash_key" ON "telegram_codes"("code_hash");

-- CreateIndex
CREATE INDEX "telegram_updates_waiting" ON "telegram_updates"("chat_id", "update_id") WHERE (done_at IS NULL);

-- CreateIndex
CREATE INDEX "telegram_updates_received_at_idx" ON "telegram_updates"("received_at");

-- CreateIndex
CREATE INDEX "telegram_messages_message_id_idx" ON "telegram_messages"("message_id");

-- CreateIndex
CREATE INDEX "message_deliveries_waiting" ON "message_deliveries"("chat_id", "message_id") WHERE (state = 'sending');

-- CreateIndex
CREATE INDEX "threads_of_guest" ON "threads"("guest_id", "last_message_at") WHERE (guest_id IS NOT NULL);

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_guest_id_fkey" FOREIGN KEY ("guest_id") REFERENCES "telegram_chats"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_chats" ADD CONSTRAINT "telegram_chats_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_chats" ADD CONSTRAINT "telegram_chats_dialogue_id_fkey" FOREIGN KEY ("dialogue_id") REFERENCES "threads"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_codes" ADD CONSTRAINT "telegram_codes_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_messages" ADD CONSTRAINT "telegram_messages_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "telegram_chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_messages" ADD CONSTRAINT "telegram_messages_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_deliveries" ADD CONSTRAINT "message_deliveries_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "message_deliveries" ADD CONSTRAINT "message_deliveries_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "telegram_chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A thread is a user's or a guest's, never both and never nobody's; what staff write has an author.
ALTER TABLE threads ADD CONSTRAINT threads_one_person CHECK ((person_id IS NULL) <> (guest_id IS NULL));
ALTER TABLE messages ADD CONSTRAINT messages_author CHECK (author_id IS NOT NULL OR NOT from_staff);
ALTER TABLE message_deliveries
  ADD CONSTRAINT message_deliveries_reason CHECK ((state = 'failed') = (reason IS NOT NULL)),
  ADD CONSTRAINT message_deliveries_attempt CHECK (state = 'sending' OR attempting_since IS NULL);

-- Telegram takes 4096 characters, and a file that could not be had leaves a line besides.
ALTER TABLE messages DROP CONSTRAINT messages_text_length;
ALTER TABLE messages ADD CONSTRAINT messages_text_length CHECK (length(text) <= 5000);

-- Guests are searched for in the inbox as users are.
CREATE INDEX telegram_chats_parts ON telegram_chats
  USING gin (letters_of(name || ' ' || coalesce(username, '') || ' ' || coalesce(phone, '')) gin_trgm_ops);
