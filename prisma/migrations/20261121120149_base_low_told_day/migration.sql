-- AlterTable
ALTER TABLE "base_types" ADD COLUMN     "low_told_day" DATE;
