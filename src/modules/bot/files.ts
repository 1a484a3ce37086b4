import { rm } from 'node:fs/promises';
import type { Upload } from '../../files/files.ts';
import { maxDownload, type TelegramApi } from '../../telegram/api.ts';
import type { Line } from '../telegram/index.ts';
import type { IncomingFile } from './incoming.ts';

/** The files of a message, on disk; and a line for each that could not be had. */
export type Fetched = { uploads: Upload[]; missing: Line[] };

/**
 * Fetches what came with a message. What is larger than the Bot API gives out is told of in words. Throws while a further try may help;
 * the last one leaves words too, so that a message is never lost with its file.
 */
export async function fetchFiles(
  api: TelegramApi,
  files: IncomingFile[],
  { last }: { last: boolean },
): Promise<Fetched> {
  const fetched: Fetched = { uploads: [], missing: [] };
  for (const { id, name, size } of files) {
    const had = size > maxDownload ? ({ ok: false, reason: 'tooBig' } as const) : await api.download(id);
    if (had.ok) {
      fetched.uploads.push({ ...had.value, originalName: name, field: 'files' });
      continue;
    }
    const hopeless = had.reason === 'tooBig' || had.reason === 'refused';
    if (!hopeless && !last) {
      await discard(fetched);
      throw new Error(`A file cannot be fetched: ${had.reason}`);
    }
    fetched.missing.push({ key: `telegram:missing.${had.reason === 'tooBig' ? 'tooBig' : 'lost'}`, params: { name } });
  }
  return fetched;
}

/** What was kept is in the store by now; the rest goes. */
export async function discard({ uploads }: Fetched): Promise<void> {
  for (const { path } of uploads) await rm(path, { force: true });
}
