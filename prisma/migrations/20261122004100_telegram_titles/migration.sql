-- AlterTable
ALTER TABLE "message_deliveries" ADD COLUMN     "title" TEXT;
