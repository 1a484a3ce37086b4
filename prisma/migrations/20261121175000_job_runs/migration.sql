-- CreateTable
CREATE TABLE "job_runs" (
    "name" TEXT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "last_ms" INTEGER NOT NULL,
    "failed" BOOLEAN NOT NULL,
    "day" DATE NOT NULL,
    "runs" INTEGER NOT NULL,
    "failures" INTEGER NOT NULL,

    CONSTRAINT "job_runs_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "job_failures" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ms" INTEGER NOT NULL,
    "fault" TEXT NOT NULL,
    "error" TEXT NOT NULL,

    CONSTRAINT "job_failures_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "job_failures_name_id_idx" ON "job_failures"("name", "id");
