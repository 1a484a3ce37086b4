-- Undoing a million rows takes a while and is work of its own; tallies say how each sheet fared; stalls count the runs that got nowhere.
ALTER TYPE "import_status" ADD VALUE 'undoing' BEFORE 'undone';

ALTER TABLE "imports" ADD COLUMN "tallies" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "imports" ADD COLUMN "stalls" INTEGER NOT NULL DEFAULT 0;

-- Every row read has one verdict, whatever the code does.
ALTER TABLE imports ADD CONSTRAINT imports_reconcile CHECK (
  rows_read = created + duplicate_in_file + already_in_base + issued_before + suppressed + invalid + empty
);
