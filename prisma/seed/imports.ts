import { type ContactKind, normaliseKey } from '../../src/lib/keys/index.ts';
import { baseOfTitle } from '../../src/lib/sheet-titles.ts';
import { sheets } from './contacts.ts';
import { insertAll, type World } from './world.ts';

/** Fills the bases. */
export async function seedImports(world: World): Promise<void> {
  const { client, random, moment } = world;
  const { rows: bases } = await client.query<{ id: number; code: string; kind: ContactKind }>(
    'SELECT id, code, kind FROM base_types',
  );
  const seen = new Set<string>();
  for (const { title, count, cell } of sheets) {
    const base = bases.find(({ code }) => code === baseOfTitle(title));
    if (!base) throw new Error(`No base for ${title}`);
    const values = Array.from({ length: count }, (_, n) => cell(random, n));
    const rows = values.flatMap((value) => {
      const verdict = normaliseKey(value, base.kind);
      if (!verdict.ok) throw new Error(`${value}: ${verdict.reason}`);
      if (seen.has(verdict.key)) return [];
      seen.add(verdict.key);
      return [{ base_type_id: base.id, key: verdict.key, value, created_at: moment(59) }];
    });
    await insertAll(
      client,
      'contacts',
      { base_type_id: 'int', key: 'text', value: 'text', created_at: 'timestamptz' },
      rows,
    );
  }
}
