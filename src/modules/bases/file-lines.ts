import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Refusal } from '../../errors.ts';
import type { Upload } from '../../files/files.ts';

const child = fileURLToPath(new URL('./file-lines.child.ts', import.meta.url));
const mostLines = 100_000;

/** The first filled cell of each row of an uploaded .xlsx, .csv or .txt, read in a process of its own. Throws a Refusal for what is no table. */
export async function linesOf(upload: Upload): Promise<string[]> {
  const words = ['--max-old-space-size=256', child, upload.path, upload.originalName, String(mostLines)];
  try {
    const limits = { timeout: 30_000, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
    const { stdout } = await promisify(execFile)(process.execPath, words, limits);
    return stdout.split('\n').filter((line) => line.trim() !== '');
  } catch {
    throw new Refusal('bases:errors.unreadableFile', { name: upload.originalName }, 'file');
  }
}
