import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

export type Kept = { storedAs: string; size: number; sha256: string };

/** Where bytes that people gave us lie. Names are ours; what the sender called it is only a column. */
export type FileStore = {
  /** Takes over a temporary file. */
  adopt(temporaryPath: string): Promise<Kept>;
  read(storedAs: string, range?: { start: number; end: number }): Readable;
  /** A path that a child process can open. */
  localPath(storedAs: string): string;
  remove(storedAs: string): Promise<void>;
  /** The names of what was stored before this moment, folder by folder. */
  olderThan(moment: Date): AsyncGenerator<string[]>;
};

const nameOfOurs = /^[0-9a-f-]{36}$/;

/** The file store on a local disk: `<dir>/ab/abcdef…`. */
export function diskStore(dir: string): FileStore {
  const pathOf = (storedAs: string): string => {
    if (!nameOfOurs.test(storedAs)) throw new Error('Not a name of ours');
    return join(dir, storedAs.slice(0, 2), storedAs);
  };
  return {
    async adopt(temporaryPath) {
      const storedAs = randomUUID();
      const target = pathOf(storedAs);
      const { size, sha256 } = await digest(temporaryPath);
      await mkdir(dirname(target), { recursive: true });
      await move(temporaryPath, target);
      return { storedAs, size, sha256 };
    },
    read: (storedAs, range) => createReadStream(pathOf(storedAs), range),
    localPath: pathOf,
    remove: (storedAs) => rm(pathOf(storedAs), { force: true }),
    async *olderThan(moment) {
      for (const folder of await namesIn(dir)) {
        const names = (await namesIn(join(dir, folder))).filter((name) => nameOfOurs.test(name));
        const ages = await Promise.all(names.map((name) => storedAt(pathOf(name))));
        yield names.filter((_, i) => (ages[i] ?? moment) < moment);
      }
    },
  };
}

// A folder that was never needed is empty; a file that was removed meanwhile has no age.
const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
// When it came here, not when its bytes were written: a file that was moved keeps the latter.
const storedAt = (path: string): Promise<Date | undefined> =>
  stat(path).then(
    ({ ctime, mtime }) => (ctime > mtime ? ctime : mtime),
    () => undefined,
  );

// One piece of memory for the whole file: a stream would leave hundreds of megabytes for the garbage collector.
async function digest(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(256 * 1024);
  const file = await open(path);
  try {
    let size = 0;
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, piece.length);
      if (bytesRead === 0) return { size, sha256: hash.digest('hex') };
      hash.update(piece.subarray(0, bytesRead));
      size += bytesRead;
    }
  } finally {
    await file.close();
  }
}

// The temporary folder may lie on another disk, where a rename is not possible.
async function move(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch {
    await copyFile(from, to);
    const file = await open(to, 'r');
    await file.sync().finally(() => file.close());
    await rm(from, { force: true });
  }
}
