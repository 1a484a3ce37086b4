-- AlterTable
ALTER TABLE "departments" ADD COLUMN     "away_en" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "away_ru" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "greeting_en" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "greeting_ru" TEXT NOT NULL DEFAULT '';

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "away_told_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "canned_reply_purposes" (
    "reply_id" INTEGER NOT NULL,
    "purpose_id" INTEGER NOT NULL,

    CONSTRAINT "canned_reply_purposes_pkey" PRIMARY KEY ("reply_id","purpose_id")
);

-- CreateIndex
CREATE INDEX "canned_reply_purposes_purpose_id_idx" ON "canned_reply_purposes"("purpose_id");

-- AddForeignKey
ALTER TABLE "canned_reply_purposes" ADD CONSTRAINT "canned_reply_purposes_reply_id_fkey" FOREIGN KEY ("reply_id") REFERENCES "canned_replies"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "canned_reply_purposes" ADD CONSTRAINT "canned_reply_purposes_purpose_id_fkey" FOREIGN KEY ("purpose_id") REFERENCES "purposes"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What has no author and is from staff, the house said by itself; it is read from the beginning, so that nothing waits for it.
ALTER TABLE messages DROP CONSTRAINT messages_author;
ALTER TABLE messages ADD CONSTRAINT messages_author CHECK (author_id IS NOT NULL OR NOT from_staff OR read_at IS NOT NULL);
ALTER TABLE departments ADD CONSTRAINT departments_words CHECK (
  length(greeting_ru) <= 1000 AND length(greeting_en) <= 1000 AND length(away_ru) <= 1000 AND length(away_en) <= 1000);
