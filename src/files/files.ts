import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';
import type { SqlCtx } from '../ctx.ts';
import { q } from '../lib/sql.ts';

export type Upload = { path: string; originalName: string; size: number; field: string };
export type StoredFile = {
  id: number;
  storedAs: string;
  originalName: string;
  mime: string;
  size: number;
  sha256: string;
};

/** Stores an upload under a name of ours and records it, type by magic bytes. Call it inside the act's transaction. */
export async function keepFile(ctx: SqlCtx, upload: Upload): Promise<StoredFile> {
  const mime = await mimeOf(upload.path);
  const kept = await ctx.files.adopt(upload.path);
  const row = await ctx.sql.row<{ id: number }>(q`
    INSERT INTO stored_files (stored_as, original_name, mime, size, sha256, uploaded_by_id, created_at)
    VALUES (${kept.storedAs}, ${upload.originalName}, ${mime}, ${kept.size}, ${kept.sha256}, ${ctx.actor?.id ?? null}, ${ctx.now})
    RETURNING id`);
  if (!row) throw new Error('The file row was not written');
  return { id: row.id, originalName: upload.originalName, mime, ...kept };
}

/** What the bytes say a file is. Text without NULs is `text/plain`; what nobody knows is `application/octet-stream`. */
export async function mimeOf(path: string): Promise<string> {
  const known = await fileTypeFromFile(path);
  if (known) return known.mime;
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead).includes(0) ? 'application/octet-stream' : 'text/plain';
  } finally {
    await file.close();
  }
}
