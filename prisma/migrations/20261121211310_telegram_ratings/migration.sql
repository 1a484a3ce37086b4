-- CreateTable
CREATE TABLE "telegram_ratings" (
    "thread_id" INTEGER NOT NULL,
    "chat_id" INTEGER NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "telegram_id" INTEGER,
    "word_id" INTEGER,

    CONSTRAINT "telegram_ratings_pkey" PRIMARY KEY ("thread_id")
);

-- CreateIndex
CREATE INDEX "telegram_ratings_chat_id_telegram_id_idx" ON "telegram_ratings"("chat_id", "telegram_id");

-- AddForeignKey
ALTER TABLE "telegram_ratings" ADD CONSTRAINT "telegram_ratings_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "telegram_ratings" ADD CONSTRAINT "telegram_ratings_chat_id_fkey" FOREIGN KEY ("chat_id") REFERENCES "telegram_chats"("id") ON DELETE CASCADE ON UPDATE CASCADE;
