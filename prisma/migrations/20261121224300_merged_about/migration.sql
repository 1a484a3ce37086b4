-- AlterTable
ALTER TABLE "thread_events" ADD COLUMN     "purpose_id" INTEGER;

-- What was merged before says by its number and its title what it was; the title was written in the language of whoever merged.
UPDATE thread_events e SET purpose_id = p.id, text = substring(e.text FROM '^№\d+')
FROM purposes p
WHERE e.kind = 'merged'
  AND e.text IN (substring(e.text FROM '^№\d+') || ', ' || p.title_ru, substring(e.text FROM '^№\d+') || ', ' || p.title_en);

-- AddForeignKey
ALTER TABLE "thread_events" ADD CONSTRAINT "thread_events_purpose_id_fkey" FOREIGN KEY ("purpose_id") REFERENCES "purposes"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
