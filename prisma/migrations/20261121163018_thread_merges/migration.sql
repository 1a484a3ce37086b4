-- AlterEnum
ALTER TYPE "thread_event_kind" ADD VALUE 'merged';

-- CreateTable
CREATE TABLE "thread_merges" (
    "from_id" INTEGER NOT NULL,
    "into_id" INTEGER NOT NULL,
    "merged_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "thread_merges_pkey" PRIMARY KEY ("from_id")
);

-- CreateIndex
CREATE INDEX "thread_merges_into_id_idx" ON "thread_merges"("into_id");

-- AddForeignKey
ALTER TABLE "thread_merges" ADD CONSTRAINT "thread_merges_into_id_fkey" FOREIGN KEY ("into_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;
