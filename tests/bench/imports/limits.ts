import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { from as copyFrom } from 'pg-copy-streams';
import { CHILD_FLAGS } from '../../../src/modules/imports/supervise.ts';
import { withClient } from '../databases.ts';

const program = fileURLToPath(new URL('read-alone.ts', import.meta.url));

/** Reads a file as the import's child does, with its memory, and throws the rows away. */
export async function readAlone(path: string): Promise<{ rows: number; seconds: number; mb: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [...CHILD_FLAGS, program, path]);
  return JSON.parse(stdout);
}

/** COPY of ready rows into the real table, with its indexes, keys and triggers, in one transaction. Gives seconds. */
export function copyAlone(url: string, path: string): Promise<number> {
  return withClient(url, async (client) => {
    const began = performance.now();
    const into = client.query(copyFrom('COPY contacts (base_type_id, key, value, extra, import_id) FROM STDIN'));
    await pipeline(createReadStream(path, { highWaterMark: 2 ** 18 }), into);
    return (performance.now() - began) / 1000;
  });
}
