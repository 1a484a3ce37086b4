import { rm } from 'node:fs/promises';
import type { Upload } from '../../files/files.ts';
import { type Downloaded, maxDownload, type TelegramApi } from '../../telegram/api.ts';
import type { Again, Line } from '../telegram/index.ts';
import type { IncomingFile } from './incoming.ts';

/** The files of a message, on disk; and a line for each that could not be had, with the reason. */
export type Fetched = { uploads: Upload[]; missing: Line[] };

type Fetching = { last: boolean; hold: () => Promise<unknown> };

/**
 * Fetches what came with a message. What is larger than the Bot API gives out is told of in words. Says when to try again while that may
 * help; the last try leaves words too, so that a message is never lost with its file. Each may take minutes, and before each `hold` is
 * called.
 */
export async function fetchFiles(
  api: TelegramApi,
  files: IncomingFile[],
  options: Fetching,
): Promise<Fetched | { again: Again }> {
  const fetched: Fetched = { uploads: [], missing: [] };
  try {
    return await fetchInto(fetched, api, files, options);
  } catch (error) {
    await discard(fetched);
    throw error;
  }
}

async function fetchInto(
  fetched: Fetched,
  api: TelegramApi,
  files: IncomingFile[],
  { last, hold }: Fetching,
): Promise<Fetched | { again: Again }> {
  for (const { id, name, size } of files) {
    await hold();
    const had = size > maxDownload ? ({ ok: false, reason: 'tooBig' } as const) : await api.download(id);
    if (had.ok) {
      fetched.uploads.push({ ...had.value, originalName: name, field: 'files' });
      continue;
    }
    const again = againAfter(had, last);
    if (again) {
      await discard(fetched);
      return { again };
    }
    fetched.missing.push(missing(had.reason, name));
  }
  return fetched;
}

type Lost = Exclude<Downloaded, { ok: true }> | { reason: 'tooBig' };

function againAfter(lost: Lost, last: boolean): Again | null {
  if (lost.reason === 'wait') return { seconds: lost.seconds };
  return !last && (lost.reason === 'unreachable' || lost.reason === 'disk') ? 'failed' : null;
}

function missing(reason: Lost['reason'], name: string): Line {
  if (reason === 'tooBig' || reason === 'disk') return { key: `telegram:missing.${reason}`, params: { name } };
  return { key: `telegram:missing.${reason === 'unreachable' ? 'unreachable' : 'refused'}`, params: { name } };
}

/** The same message without its files, which could not be kept here. */
export const withoutFiles = (files: IncomingFile[]): Fetched => ({
  uploads: [],
  missing: files.map(({ name }) => missing('disk', name)),
});

/** What was kept is in the store by now; the rest goes. */
export async function discard({ uploads }: Fetched): Promise<void> {
  for (const { path } of uploads) await rm(path, { force: true });
}
