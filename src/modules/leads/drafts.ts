import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound } from '../../errors.ts';
import { keepFile, type StoredFile, type Upload } from '../../files/files.ts';
import { q } from '../../lib/sql.ts';
import { checkAttachment } from './attachments.ts';

/** An upload, and the typed contact that it belongs to (none: to every contact of the form). */
export type Attached = { upload: Upload; contact?: string | undefined };
export type DraftFile = { id: number; name: string; mime: string; size: number; contact: string | null };

/**
 * Keeps the files of a form before anything else is checked: when the form is refused they are still there on the next
 * try. Refuses what is no picture, video or document, and keeps the good ones beside it.
 */
export async function keepDrafts(ctx: Ctx, requestId: string, files: readonly Attached[]): Promise<void> {
  const faults: unknown[] = [];
  for (const { upload, contact } of files) {
    try {
      await checkAttachment(upload);
      await inSqlTransaction(ctx, (tx) => keepDraft(tx, requestId, upload, contact));
    } catch (error) {
      faults.push(error);
    }
  }
  if (faults.length > 0) throw faults[0];
}

async function keepDraft(tx: SqlCtx, requestId: string, upload: Upload, contact: string | undefined): Promise<void> {
  const file = await keepFile(tx, upload);
  await tx.sql.run(q`
    INSERT INTO lead_draft_files (file_id, agent_id, request_id, contact, created_at)
    VALUES (${file.id}, ${actorOf(tx).id}, ${requestId}, ${contact ?? null}, ${tx.now})`);
}

/** The files that wait for this form of the actor's. */
export const draftFiles = (ctx: SqlCtx, requestId: string): Promise<DraftFile[]> =>
  ctx.sql.rows<DraftFile>(
    q`
    SELECT f.id, f.original_name AS name, f.mime, f.size, d.contact FROM lead_draft_files d JOIN stored_files f ON f.id = d.file_id
    WHERE d.agent_id = ${actorOf(ctx).id} AND d.request_id = ${requestId} ORDER BY f.id`,
    'leads.drafts',
  );

/** A draft of the actor's; anybody else's does not exist. */
export async function getDraft(ctx: SqlCtx, fileId: number): Promise<StoredFile> {
  const file = await ctx.sql.row<StoredFile>(q`
    SELECT f.id, f.stored_as AS "storedAs", f.original_name AS "originalName", f.mime, f.size, f.sha256
    FROM lead_draft_files d JOIN stored_files f ON f.id = d.file_id WHERE d.file_id = ${fileId} AND d.agent_id = ${actorOf(ctx).id}`);
  if (!file) throw new NotFound();
  return file;
}

/** Takes the drafts of a form into the act: from here on they are files of leads. */
export const takeDrafts = (tx: SqlCtx, requestId: string): Promise<{ id: number; contact: string | null }[]> =>
  tx.sql.rows(q`
    DELETE FROM lead_draft_files WHERE agent_id = ${actorOf(tx).id} AND request_id = ${requestId}
    RETURNING file_id AS id, contact`);

/** Drops drafts that the agent no longer wants. */
export async function dropDrafts(ctx: Ctx, requestId: string, fileIds: readonly number[]): Promise<void> {
  if (fileIds.length === 0) return;
  await erase(
    ctx,
    q`agent_id = ${actorOf(ctx).id} AND request_id = ${requestId} AND file_id = ANY(${[...fileIds]}::int[])`,
  );
}

/** Sweeps the drafts of forms that nobody came back to for a day. */
export const sweepDrafts = (ctx: Ctx): Promise<void> =>
  erase(ctx, q`created_at < ${new Date(ctx.now.getTime() - 86_400_000)}`);

async function erase(ctx: Ctx, condition: ReturnType<typeof q>): Promise<void> {
  const gone = await ctx.sql.rows<{ storedAs: string }>(q`
    WITH dropped AS (DELETE FROM lead_draft_files WHERE ${condition} RETURNING file_id)
    DELETE FROM stored_files WHERE id IN (SELECT file_id FROM dropped) RETURNING stored_as AS "storedAs"`);
  for (const { storedAs } of gone) await ctx.files.remove(storedAs);
}
