-- AlterTable
ALTER TABLE "message_deliveries" ADD COLUMN     "edits" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "edits_carried" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "revising_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "telegram_messages" ADD COLUMN     "with_file" BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX "message_deliveries_edited" ON "message_deliveries"("message_id") WHERE (edits > edits_carried);

-- Files came last: of an answer that is there whole the last of its messages are its files; of any other, what follows its words.
UPDATE telegram_messages t SET with_file = true FROM (
  SELECT x.chat_id, x.telegram_id, d.state, m.text <> '' AS has_words, a.files, row_number() OVER w AS nth, count(*) OVER (PARTITION BY x.message_id) AS there
  FROM telegram_messages x JOIN message_deliveries d ON d.message_id = x.message_id AND d.chat_id = x.chat_id
  JOIN messages m ON m.id = x.message_id
  JOIN (SELECT message_id, count(*) AS files FROM attachments GROUP BY message_id) a ON a.message_id = x.message_id
  WINDOW w AS (PARTITION BY x.message_id ORDER BY x.part)) f
WHERE t.chat_id = f.chat_id AND t.telegram_id = f.telegram_id
  AND f.nth > CASE WHEN f.state = 'sent' THEN f.there - f.files WHEN f.has_words THEN 1 ELSE 0 END;
