-- CreateEnum
CREATE TYPE "user_status" AS ENUM ('pending', 'approved', 'banned');

-- CreateEnum
CREATE TYPE "user_role" AS ENUM ('user', 'support', 'admin');

-- CreateEnum
CREATE TYPE "token_purpose" AS ENUM ('confirm_email', 'reset_password', 'change_email');

-- CreateEnum
CREATE TYPE "consent_kind" AS ENUM ('personal_data', 'mailing');

-- CreateEnum
CREATE TYPE "contact_kind" AS ENUM ('phone', 'telegram', 'vk', 'ok', 'instagram', 'email', 'url', 'text');

-- CreateEnum
CREATE TYPE "limit_period" AS ENUM ('day', 'week', 'lifetime');

-- CreateEnum
CREATE TYPE "contact_state" AS ENUM ('free', 'issued', 'suppressed');

-- CreateEnum
CREATE TYPE "contact_outcome" AS ENUM ('not_reached', 'refused', 'thinking', 'lead', 'wrong_contact');

-- CreateEnum
CREATE TYPE "limit_request_status" AS ENUM ('open', 'granted', 'declined');

-- CreateEnum
CREATE TYPE "import_status" AS ENUM ('draft', 'queued', 'running', 'interrupted', 'finished', 'failed', 'cancelled', 'undone');

-- CreateEnum
CREATE TYPE "lead_status" AS ENUM ('pending', 'approved', 'rejected', 'rework');

-- CreateEnum
CREATE TYPE "lead_source" AS ENUM ('base', 'self');

-- CreateTable
CREATE TABLE "users" (
    "id" SERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "name_key" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_confirmed_at" TIMESTAMPTZ(3),
    "password_hash" TEXT NOT NULL,
    "role" "user_role" NOT NULL DEFAULT 'user',
    "status" "user_status" NOT NULL DEFAULT 'pending',
    "session_epoch" INTEGER NOT NULL DEFAULT 0,
    "locale" TEXT NOT NULL DEFAULT 'ru',
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "decision_reason" TEXT,
    "last_seen_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "one_time_tokens" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "purpose" "token_purpose" NOT NULL,
    "token_hash" TEXT NOT NULL,
    "email" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "one_time_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consents" (
    "id" SERIAL NOT NULL,
    "user_id" INTEGER NOT NULL,
    "kind" "consent_kind" NOT NULL,
    "edition" TEXT NOT NULL,
    "ip" TEXT,
    "given_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "withdrawn_at" TIMESTAMPTZ(3),

    CONSTRAINT "consents_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sessions" (
    "sid" TEXT NOT NULL,
    "sess" JSON NOT NULL,
    "expire" TIMESTAMP(6) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("sid")
);

-- CreateTable
CREATE TABLE "throttle_counters" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "throttle_counters_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "audit_events" (
    "id" SERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor_id" INTEGER,
    "actor_name" TEXT,
    "action" TEXT NOT NULL,
    "subject_type" TEXT,
    "subject_id" INTEGER,
    "user_id" INTEGER,
    "ip" TEXT,
    "user_agent" TEXT,
    "request_id" TEXT,
    "details" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "base_types" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" "contact_kind" NOT NULL,
    "limit" INTEGER NOT NULL,
    "period" "limit_period" NOT NULL DEFAULT 'day',
    "position" INTEGER NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "low_water_percent" INTEGER NOT NULL DEFAULT 5,
    "sheet_titles" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "base_types_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "contacts" (
    "id" SERIAL NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "extra" JSONB,
    "state" "contact_state" NOT NULL DEFAULT 'free',
    "place" SERIAL NOT NULL,
    "import_id" INTEGER,
    "agent_id" INTEGER,
    "issuance_id" INTEGER,
    "issued_at" TIMESTAMPTZ(3),
    "outcome" "contact_outcome",
    "outcome_at" TIMESTAMPTZ(3),
    "note" TEXT,
    "copied_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contacts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "issuances" (
    "id" SERIAL NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "request_id" UUID NOT NULL,
    "wanted" INTEGER NOT NULL,
    "allowed" INTEGER NOT NULL,
    "given" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "issuances_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "issuance_tallies" (
    "agent_id" INTEGER NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "day" DATE NOT NULL,
    "issued" INTEGER NOT NULL,

    CONSTRAINT "issuance_tallies_pkey" PRIMARY KEY ("agent_id","base_type_id","day")
);

-- CreateTable
CREATE TABLE "contact_returns" (
    "id" SERIAL NOT NULL,
    "contact_id" INTEGER NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "issuance_id" INTEGER NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "returned_by_id" INTEGER NOT NULL,
    "reason" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "contact_returns_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "limit_grants" (
    "id" SERIAL NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "amount" INTEGER NOT NULL,
    "from_day" DATE,
    "to_day" DATE,
    "reason" TEXT NOT NULL,
    "granted_by_id" INTEGER NOT NULL,
    "limit_request_id" INTEGER,
    "request_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "limit_grants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "limit_requests" (
    "id" SERIAL NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "base_type_id" INTEGER NOT NULL,
    "wanted" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "status" "limit_request_status" NOT NULL DEFAULT 'open',
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "answer" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "limit_requests_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "suppressions" (
    "id" SERIAL NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "added_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "suppressions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "stored_files" (
    "id" SERIAL NOT NULL,
    "stored_as" TEXT NOT NULL,
    "original_name" TEXT NOT NULL,
    "mime" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "uploaded_by_id" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stored_files_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "imports" (
    "id" SERIAL NOT NULL,
    "file_id" INTEGER NOT NULL,
    "status" "import_status" NOT NULL DEFAULT 'draft',
    "preview" JSONB NOT NULL,
    "plan" JSONB,
    "rows_expected" INTEGER,
    "rows_read" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "duplicate_in_file" INTEGER NOT NULL DEFAULT 0,
    "already_in_base" INTEGER NOT NULL DEFAULT 0,
    "issued_before" INTEGER NOT NULL DEFAULT 0,
    "suppressed" INTEGER NOT NULL DEFAULT 0,
    "invalid" INTEGER NOT NULL DEFAULT 0,
    "empty" INTEGER NOT NULL DEFAULT 0,
    "fault" JSONB,
    "created_by_id" INTEGER NOT NULL,
    "started_by_id" INTEGER,
    "cancelled_by_id" INTEGER,
    "undone_by_id" INTEGER,
    "removed" INTEGER,
    "kept" INTEGER,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "heartbeat_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "cancel_requested_at" TIMESTAMPTZ(3),
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "imports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "import_batches" (
    "import_id" INTEGER NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "sheet" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "verdicts" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "import_batches_pkey" PRIMARY KEY ("import_id","ordinal")
);

-- CreateTable
CREATE TABLE "lead_types" (
    "id" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "lead_types_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_reports" (
    "id" SERIAL NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "request_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_reports_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "leads" (
    "id" SERIAL NOT NULL,
    "report_id" INTEGER NOT NULL,
    "agent_id" INTEGER NOT NULL,
    "lead_type_id" INTEGER NOT NULL,
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "comment" TEXT,
    "source" "lead_source" NOT NULL,
    "contact_id" INTEGER,
    "status" "lead_status" NOT NULL DEFAULT 'pending',
    "day" DATE NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "decided_by_id" INTEGER,
    "decided_at" TIMESTAMPTZ(3),
    "decision_note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "leads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_events" (
    "id" SERIAL NOT NULL,
    "lead_id" INTEGER NOT NULL,
    "actor_id" INTEGER NOT NULL,
    "status" "lead_status" NOT NULL,
    "note" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lead_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lead_files" (
    "lead_id" INTEGER NOT NULL,
    "file_id" INTEGER NOT NULL,

    CONSTRAINT "lead_files_pkey" PRIMARY KEY ("lead_id","file_id")
);

-- CreateTable
CREATE TABLE "rejection_reasons" (
    "id" SERIAL NOT NULL,
    "text" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "rejection_reasons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_by_id" INTEGER,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "settings_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "threads" (
    "id" SERIAL NOT NULL,
    "person_id" INTEGER NOT NULL,
    "last_message_at" TIMESTAMPTZ(3),
    "unread_for_staff" INTEGER NOT NULL DEFAULT 0,
    "unread_for_person" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "threads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" SERIAL NOT NULL,
    "thread_id" INTEGER NOT NULL,
    "author_id" INTEGER NOT NULL,
    "from_staff" BOOLEAN NOT NULL,
    "text" TEXT NOT NULL,
    "request_id" UUID NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attachments" (
    "message_id" INTEGER NOT NULL,
    "file_id" INTEGER NOT NULL,

    CONSTRAINT "attachments_pkey" PRIMARY KEY ("message_id","file_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_name_key_key" ON "users"("name_key");

-- CreateIndex
CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

-- CreateIndex
CREATE INDEX "users_status_id_idx" ON "users"("status", "id");

-- CreateIndex
CREATE INDEX "users_role_id_idx" ON "users"("role", "id");

-- CreateIndex
CREATE UNIQUE INDEX "one_time_tokens_token_hash_key" ON "one_time_tokens"("token_hash");

-- CreateIndex
CREATE INDEX "one_time_tokens_user_id_purpose_idx" ON "one_time_tokens"("user_id", "purpose");

-- CreateIndex
CREATE INDEX "consents_user_id_idx" ON "consents"("user_id");

-- CreateIndex
CREATE INDEX "sessions_expire_idx" ON "sessions"("expire");

-- CreateIndex
CREATE INDEX "throttle_counters_expires_at_idx" ON "throttle_counters"("expires_at");

-- CreateIndex
CREATE INDEX "audit_events_actor_id_id_idx" ON "audit_events"("actor_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_subject_type_subject_id_id_idx" ON "audit_events"("subject_type", "subject_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_user_id_id_idx" ON "audit_events"("user_id", "id");

-- CreateIndex
CREATE INDEX "audit_events_action_id_idx" ON "audit_events"("action", "id");

-- CreateIndex
CREATE INDEX "audit_events_at_idx" ON "audit_events"("at");

-- CreateIndex
CREATE UNIQUE INDEX "base_types_code_key" ON "base_types"("code");

-- CreateIndex
CREATE UNIQUE INDEX "contacts_key_key" ON "contacts"("key");

-- CreateIndex
CREATE INDEX "contacts_queue" ON "contacts"("base_type_id", "place") WHERE (state = 'free');

-- CreateIndex
CREATE INDEX "contacts_of_agent" ON "contacts"("agent_id", "issued_at", "id") WHERE (agent_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "contacts_of_issuance" ON "contacts"("issuance_id") WHERE (issuance_id IS NOT NULL);

-- CreateIndex
CREATE INDEX "contacts_import_id_idx" ON "contacts"("import_id");

-- CreateIndex
CREATE INDEX "issuances_agent_id_id_idx" ON "issuances"("agent_id", "id");

-- CreateIndex
CREATE INDEX "issuances_base_type_id_day_idx" ON "issuances"("base_type_id", "day");

-- CreateIndex
CREATE INDEX "issuances_day_idx" ON "issuances"("day");

-- CreateIndex
CREATE UNIQUE INDEX "issuances_agent_id_request_id_key" ON "issuances"("agent_id", "request_id");

-- CreateIndex
CREATE INDEX "issuance_tallies_day_base_type_id_idx" ON "issuance_tallies"("day", "base_type_id");

-- CreateIndex
CREATE INDEX "contact_returns_agent_id_idx" ON "contact_returns"("agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "contact_returns_contact_id_agent_id_key" ON "contact_returns"("contact_id", "agent_id");

-- CreateIndex
CREATE UNIQUE INDEX "limit_grants_limit_request_id_key" ON "limit_grants"("limit_request_id");

-- CreateIndex
CREATE INDEX "limit_grants_agent_id_base_type_id_idx" ON "limit_grants"("agent_id", "base_type_id");

-- CreateIndex
CREATE UNIQUE INDEX "limit_grants_granted_by_id_request_id_key" ON "limit_grants"("granted_by_id", "request_id");

-- CreateIndex
CREATE INDEX "limit_requests_status_id_idx" ON "limit_requests"("status", "id");

-- CreateIndex
CREATE INDEX "limit_requests_agent_id_id_idx" ON "limit_requests"("agent_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "limit_requests_one_open" ON "limit_requests"("agent_id", "base_type_id") WHERE (status = 'open');

-- CreateIndex
CREATE UNIQUE INDEX "suppressions_key_key" ON "suppressions"("key");

-- CreateIndex
CREATE UNIQUE INDEX "stored_files_stored_as_key" ON "stored_files"("stored_as");

-- CreateIndex
CREATE INDEX "stored_files_sha256_idx" ON "stored_files"("sha256");

-- CreateIndex
CREATE INDEX "imports_status_id_idx" ON "imports"("status", "id");

-- CreateIndex
CREATE INDEX "imports_file_id_idx" ON "imports"("file_id");

-- CreateIndex
CREATE UNIQUE INDEX "lead_types_code_key" ON "lead_types"("code");

-- CreateIndex
CREATE UNIQUE INDEX "lead_reports_agent_id_request_id_key" ON "lead_reports"("agent_id", "request_id");

-- CreateIndex
CREATE UNIQUE INDEX "leads_key_key" ON "leads"("key");

-- CreateIndex
CREATE INDEX "leads_status_id_idx" ON "leads"("status", "id");

-- CreateIndex
CREATE INDEX "leads_agent_id_id_idx" ON "leads"("agent_id", "id");

-- CreateIndex
CREATE INDEX "leads_day_lead_type_id_idx" ON "leads"("day", "lead_type_id");

-- CreateIndex
CREATE INDEX "leads_agent_id_day_idx" ON "leads"("agent_id", "day");

-- CreateIndex
CREATE INDEX "leads_lead_type_id_id_idx" ON "leads"("lead_type_id", "id");

-- CreateIndex
CREATE INDEX "leads_report_id_idx" ON "leads"("report_id");

-- CreateIndex
CREATE INDEX "lead_events_lead_id_id_idx" ON "lead_events"("lead_id", "id");

-- CreateIndex
CREATE INDEX "lead_files_file_id_idx" ON "lead_files"("file_id");

-- CreateIndex
CREATE UNIQUE INDEX "threads_person_id_key" ON "threads"("person_id");

-- CreateIndex
CREATE INDEX "threads_last_message_at_id_idx" ON "threads"("last_message_at", "id");

-- CreateIndex
CREATE INDEX "messages_thread_id_id_idx" ON "messages"("thread_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "messages_author_id_request_id_key" ON "messages"("author_id", "request_id");

-- CreateIndex
CREATE INDEX "attachments_file_id_idx" ON "attachments"("file_id");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "one_time_tokens" ADD CONSTRAINT "one_time_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consents" ADD CONSTRAINT "consents_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "audit_events" ADD CONSTRAINT "audit_events_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_base_type_id_fkey" FOREIGN KEY ("base_type_id") REFERENCES "base_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contacts" ADD CONSTRAINT "contacts_issuance_id_fkey" FOREIGN KEY ("issuance_id") REFERENCES "issuances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issuances" ADD CONSTRAINT "issuances_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issuances" ADD CONSTRAINT "issuances_base_type_id_fkey" FOREIGN KEY ("base_type_id") REFERENCES "base_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issuance_tallies" ADD CONSTRAINT "issuance_tallies_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issuance_tallies" ADD CONSTRAINT "issuance_tallies_base_type_id_fkey" FOREIGN KEY ("base_type_id") REFERENCES "base_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_returns" ADD CONSTRAINT "contact_returns_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_returns" ADD CONSTRAINT "contact_returns_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_returns" ADD CONSTRAINT "contact_returns_issuance_id_fkey" FOREIGN KEY ("issuance_id") REFERENCES "issuances"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "contact_returns" ADD CONSTRAINT "contact_returns_returned_by_id_fkey" FOREIGN KEY ("returned_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_grants" ADD CONSTRAINT "limit_grants_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_grants" ADD CONSTRAINT "limit_grants_base_type_id_fkey" FOREIGN KEY ("base_type_id") REFERENCES "base_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_grants" ADD CONSTRAINT "limit_grants_granted_by_id_fkey" FOREIGN KEY ("granted_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_grants" ADD CONSTRAINT "limit_grants_limit_request_id_fkey" FOREIGN KEY ("limit_request_id") REFERENCES "limit_requests"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_base_type_id_fkey" FOREIGN KEY ("base_type_id") REFERENCES "base_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "limit_requests" ADD CONSTRAINT "limit_requests_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "suppressions" ADD CONSTRAINT "suppressions_added_by_id_fkey" FOREIGN KEY ("added_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stored_files" ADD CONSTRAINT "stored_files_uploaded_by_id_fkey" FOREIGN KEY ("uploaded_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_started_by_id_fkey" FOREIGN KEY ("started_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_cancelled_by_id_fkey" FOREIGN KEY ("cancelled_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "imports" ADD CONSTRAINT "imports_undone_by_id_fkey" FOREIGN KEY ("undone_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "import_batches" ADD CONSTRAINT "import_batches_import_id_fkey" FOREIGN KEY ("import_id") REFERENCES "imports"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_reports" ADD CONSTRAINT "lead_reports_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "lead_reports"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_agent_id_fkey" FOREIGN KEY ("agent_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_lead_type_id_fkey" FOREIGN KEY ("lead_type_id") REFERENCES "lead_types"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_contact_id_fkey" FOREIGN KEY ("contact_id") REFERENCES "contacts"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "leads" ADD CONSTRAINT "leads_decided_by_id_fkey" FOREIGN KEY ("decided_by_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_events" ADD CONSTRAINT "lead_events_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_events" ADD CONSTRAINT "lead_events_actor_id_fkey" FOREIGN KEY ("actor_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_files" ADD CONSTRAINT "lead_files_lead_id_fkey" FOREIGN KEY ("lead_id") REFERENCES "leads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lead_files" ADD CONSTRAINT "lead_files_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "settings" ADD CONSTRAINT "settings_updated_by_id_fkey" FOREIGN KEY ("updated_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attachments" ADD CONSTRAINT "attachments_file_id_fkey" FOREIGN KEY ("file_id") REFERENCES "stored_files"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
