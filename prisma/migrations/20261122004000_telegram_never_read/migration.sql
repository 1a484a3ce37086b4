-- Nobody reads when a rating was asked for, nor the other side's number of an answer. The version before still writes both while this one
-- begins to run, so the columns stay until the release after it.
-- AlterTable
ALTER TABLE "telegram_ratings" ALTER COLUMN "asked_at" DROP NOT NULL;
