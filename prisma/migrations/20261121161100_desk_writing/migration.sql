-- CreateTable
CREATE TABLE "canned_replies" (
    "id" SERIAL NOT NULL,
    "owner_id" INTEGER,
    "title" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "canned_replies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "thread_drafts" (
    "thread_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "thread_drafts_pkey" PRIMARY KEY ("thread_id","user_id")
);

-- CreateTable
CREATE TABLE "thread_viewers" (
    "thread_id" INTEGER NOT NULL,
    "user_id" INTEGER NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "typed_at" TIMESTAMPTZ(3),

    CONSTRAINT "thread_viewers_pkey" PRIMARY KEY ("thread_id","user_id")
);

-- CreateIndex
CREATE INDEX "canned_replies_owner_id_idx" ON "canned_replies"("owner_id");

-- CreateIndex
CREATE INDEX "thread_drafts_user_id_idx" ON "thread_drafts"("user_id");

-- CreateIndex
CREATE INDEX "thread_viewers_seen_at_idx" ON "thread_viewers"("seen_at");

-- AddForeignKey
ALTER TABLE "canned_replies" ADD CONSTRAINT "canned_replies_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_drafts" ADD CONSTRAINT "thread_drafts_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_drafts" ADD CONSTRAINT "thread_drafts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_viewers" ADD CONSTRAINT "thread_viewers_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "thread_viewers" ADD CONSTRAINT "thread_viewers_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE canned_replies ADD CONSTRAINT canned_replies_length CHECK (length(title) BETWEEN 1 AND 80 AND length(text) BETWEEN 1 AND 4000);
ALTER TABLE thread_drafts ADD CONSTRAINT thread_drafts_length CHECK (length(text) BETWEEN 1 AND 4000);
