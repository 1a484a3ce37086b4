-- AlterTable
ALTER TABLE "thread_events" ADD COLUMN     "mentioned_ids" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
