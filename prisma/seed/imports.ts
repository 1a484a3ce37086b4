import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { csvLine } from '../../src/lib/tabletext/index.ts';
import { writeWorkbook } from '../../src/lib/xlsx/index.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { importFile } from '../../src/modules/imports/index.ts';
import { cities, names, type Sheet, sheets, whatsappOfOctober } from './contacts.ts';
import type { World } from './world.ts';

/** Fills the bases through the real import: the old workbook, a list that came later, and one that broke on the way. */
export async function seedImports(world: World): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lead-cabinet-demo-'));
  const first = join(folder, 'bazy.xlsx');
  const second = join(folder, 'whatsapp-oktyabr.csv');
  await writeWorkbook(
    createWriteStream(first),
    sheets.map((sheet) => ({ name: sheet.title, columns: [{ header: 'Значение' }], rows: [rowsOf(world, sheet)] })),
  );
  await writeFile(second, listOf(world, whatsappOfOctober));
  await bring(world, { path: first, originalName: 'Базы.xlsx', ago: 60 });
  await bring(world, { path: second, originalName: 'WhatsApp октябрь.csv', ago: 33 });
  await bring(world, {
    path: first,
    originalName: 'Базы ноябрь.xlsx',
    ago: 5,
    beforeRun: (path) => truncate(path, 5_000),
  });
  await rm(folder, { recursive: true });
}

/** A sheet's cells, with the mess that such files have: repeats, words in place of contacts, empty rows. */
function rowsOf({ random }: World, { count, cell }: Sheet): string[][] {
  const rows: string[][] = [];
  for (let n = 0; n < count; n += 1) {
    const value = cell(random, n);
    rows.push([value]);
    if (random.chance(0.02)) rows.push([value]);
    if (random.chance(0.006)) rows.push([random.pick(['нет', '—', 'уточнить', '??', 'см. выше'])]);
  }
  return rows;
}

function listOf(world: World, sheet: Sheet): string {
  const lines = rowsOf(world, sheet).map(([value = '']) =>
    csvLine([value, world.random.pick(names), world.random.pick(cities)], { separator: ';' }),
  );
  return [csvLine(['Телефон', 'Имя', 'Город'], { separator: ';' }), ...lines].join('');
}

type File = { path: string; originalName: string; ago: number; beforeRun?: (path: string) => Promise<void> };

async function bring({ house, client, people, day }: World, { ago, ...file }: File): Promise<void> {
  const at = new Date(`${day(ago)}T07:10:00Z`);
  const ctx = house.ctx({ actor: await getActor(house.database, people.anna ?? 0), now: at });
  const id = await importFile(ctx, file);
  await client.query(
    `UPDATE imports SET created_at = $2, started_at = $2::timestamptz + interval '1 minute', heartbeat_at = $2::timestamptz + interval '2 minutes',
       finished_at = $2::timestamptz + interval '2 minutes' WHERE id = $1`,
    [id, at],
  );
  await client.query('UPDATE contacts SET created_at = $2 WHERE import_id = $1', [id, at]);
}
