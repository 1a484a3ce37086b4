import type { SqlCtx } from '../../ctx.ts';
import type { Key } from '../../lib/keys/index.ts';
import { q } from '../../lib/sql.ts';
import { type ImportRow, sheetTasks } from './imports.ts';
import { judgeRow } from './rows.ts';
import type { HeadRow, PlannedBase } from './types.ts';
import { CREATED, knownCode, SUPPRESSED } from './verdicts.ts';

const SHOWN = 20;

export type SampleRow = HeadRow & { code: number };
type Known = { key: string; suppressed: boolean; held: boolean; base: number | null };

/** The first rows of each sheet that has a base, with the verdicts that they would get now. */
export async function sampleVerdicts(
  ctx: Pick<SqlCtx, 'sql'>,
  { preview, plan }: Pick<ImportRow, 'preview' | 'plan'>,
  bases: PlannedBase[],
): Promise<Map<number, SampleRow[]>> {
  const seen = new Set<Key>();
  const isNew = (key: Key): boolean => seen.size < seen.add(key).size;
  const judged = sheetTasks({ preview, plan: { ...plan, bases } }).map((sheet) => {
    const head = preview.sheets.find(({ index }) => index === sheet.index)?.head ?? [];
    const headers = head.filter(({ number }) => number < sheet.firstRow).length;
    const rows = head.slice(0, headers + SHOWN);
    return { index: sheet.index, rows: rows.map((row) => ({ row, judged: judgeRow(row, sheet, isNew) })) };
  });
  const known = await knownAmong(ctx, [...seen]);
  const codeOf = (key: Key): number => {
    const found = known.get(key);
    if (!found) return CREATED;
    if (found.suppressed) return SUPPRESSED;
    return knownCode(
      found.held,
      bases.findIndex(({ id }) => id === found.base),
    );
  };
  return new Map(
    judged.map(({ index, rows }) => [
      index,
      rows.map(({ row, judged }) => ({ ...row, code: typeof judged === 'number' ? judged : codeOf(judged.key) })),
    ]),
  );
}

async function knownAmong({ sql }: Pick<SqlCtx, 'sql'>, keys: Key[]): Promise<Map<string, Known>> {
  const found = await sql.rows<Known>(q`
    SELECT k.key, (p.key IS NOT NULL OR c.state IS NOT DISTINCT FROM 'suppressed') AS suppressed,
      c.agent_id IS NOT NULL AS held, c.base_type_id AS base
    FROM unnest(${keys}::text[]) AS k(key)
    LEFT JOIN contacts c ON c.key = k.key LEFT JOIN suppressions p ON p.key = k.key
    WHERE c.key IS NOT NULL OR p.key IS NOT NULL`);
  return new Map(found.map((one) => [one.key, one]));
}
