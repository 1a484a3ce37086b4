import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepFile } from '../../src/files/files.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { chatPicture } from './picture.ts';
import type { World } from './world.ts';

/** A few pictures that the demo's leads and messages share. */
export async function seedPictures({ house, people, random }: World, count: number): Promise<number[]> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-demo-'));
  const ctx = house.ctx({ actor: await getActor(house.database, people.marina ?? 0) });
  const ids: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const path = join(folder, `${n}.png`);
    const content = chatPicture(random);
    await writeFile(path, content);
    ids.push(
      (await keepFile(ctx, { path, originalName: `screenshot-${n}.png`, size: content.length, field: 'files' })).id,
    );
  }
  await rm(folder, { recursive: true });
  return ids;
}
