-- AlterTable
ALTER TABLE "leads" ADD COLUMN     "digested_at" TIMESTAMPTZ(3);

-- What was decided before there was a digest is old news.
UPDATE "leads" SET "digested_at" = "decided_at" WHERE "decided_at" IS NOT NULL;

-- CreateTable
CREATE TABLE "lead_draft_files" (
    "file_id" INTEGER NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "request_id" UUID NOT NULL,
    "contact" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_draft_files_pkey" PRIMARY KEY ("file_id")
);

-- CreateIndex
CREATE INDEX "lead_draft_files_agent_id_request_id_idx" ON "lead_draft_files"("agent_id", "request_id");

-- CreateIndex
CREATE INDEX "lead_draft_files_created_at_idx" ON "lead_draft_files"("created_at");

-- CreateIndex
CREATE INDEX "leads_undigested" ON "leads"("decided_at") WHERE (digested_at IS NULL AND decided_at IS NOT NULL);

-- AddForeignKey
ALTER TABLE "lead_draft_files" ADD CONSTRAINT "lead_draft_files_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_files"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_draft_files" ADD CONSTRAINT "lead_draft_files_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
