import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, rename, rm } from 'node:fs/promises';
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
};

/** The file store on a local disk: `<dir>/ab/abcdef…`. */
export function diskStore(dir: string): FileStore {
  const pathOf = (storedAs: string): string => {
    if (!/^[0-9a-f-]{36}$/.test(storedAs)) throw new Error('Not a name of ours');
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
  };
}

async function digest(path: string): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
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
