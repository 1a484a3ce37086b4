-- DropIndex
DROP INDEX "contacts_import_id_idx";

-- CreateIndex
CREATE INDEX "contacts_listed" ON "contacts"("base_type_id", "state", "id");

-- CreateIndex
CREATE INDEX "contacts_import_id_id_idx" ON "contacts"("import_id", "id");

-- CreateIndex
CREATE INDEX "contacts_by_outcome" ON "contacts"("outcome", "id") WHERE (outcome IS NOT NULL);
