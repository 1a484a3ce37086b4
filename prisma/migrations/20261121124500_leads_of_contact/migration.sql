CREATE INDEX "leads_of_contact" ON "leads"("contact_id") WHERE (contact_id IS NOT NULL);
