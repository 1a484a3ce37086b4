-- AlterTable
ALTER TABLE "telegram_updates" ADD COLUMN     "due_at" TIMESTAMPTZ(3);
