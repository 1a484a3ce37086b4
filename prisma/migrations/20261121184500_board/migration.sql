-- AlterEnum
ALTER TYPE "thread_event_kind" ADD VALUE 'waits';

-- AlterTable
ALTER TABLE "threads" ADD COLUMN     "merges" SMALLINT NOT NULL DEFAULT 0;
