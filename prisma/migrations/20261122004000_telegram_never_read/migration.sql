-- AlterTable
ALTER TABLE "message_deliveries" DROP COLUMN "external_id";

-- AlterTable
ALTER TABLE "telegram_ratings" DROP COLUMN "asked_at";
