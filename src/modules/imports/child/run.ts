import type pg from 'pg';
import { openTable, type Table } from '../../../lib/spreadsheet.ts';
import { IMPORT_LOCK } from '../locks.ts';
import { judgeRow } from '../rows.ts';
import type { RunEnd, RunTask, SheetTask, Tallies } from '../types.ts';
import { Batch } from './batch.ts';
import { CopyLines } from './copy-lines.ts';
import { connect } from './database.ts';
import { SeenKeys } from './seen-keys.ts';
import { BatchWriter, type Progress } from './writer.ts';

/**
 * Reads the file to its end or to a cancellation and writes it batch by batch. What earlier runs committed is read again
 * for its keys only, so that a row judged after a crash gets the verdict it would have got without.
 */
export async function runImport(task: RunTask, beat: () => void): Promise<RunEnd> {
  const client = await connect(task.databaseUrl, task.importId);
  try {
    if (!(await holdImport(client, task))) return 'busy';
    const progress = await progressOf(client, task.importId);
    const writer = await BatchWriter.open(client, task.importId, task.baseIds, progress);
    if (await cancelRequested(client, task.importId)) return 'cancelled';
    const table = await openTable(task.file.path, task.file.originalName);
    try {
      return await readSheets(task, table, writer, progress, beat);
    } finally {
      await table.close();
    }
  } finally {
    await client.end();
  }
}

async function readSheets(
  { sheets, batchRows }: RunTask,
  table: Table,
  writer: BatchWriter,
  progress: Progress,
  beat: () => void,
): Promise<RunEnd> {
  const seen = new SeenKeys();
  const lines = turns(new CopyLines(), new CopyLines());
  let writing = Promise.resolve();
  // The next batch is read while the one before is written; a failure of the write is met at the next one.
  const write = async (batch: Batch): Promise<void> => {
    await writing;
    beat();
    if (writer.cancelled) return;
    writing = writer.write(batch);
    writing.catch(() => {});
  };
  for (const sheet of sheets) {
    const done = progress.rows.get(sheet.index) ?? 0;
    for await (const batch of batchesOf(table, sheet, { done, seen, lines, batchRows })) {
      await write(batch);
      if (writer.cancelled) return 'cancelled';
    }
  }
  await writing;
  return 'finished';
}

async function* batchesOf(
  table: Table,
  sheet: SheetTask,
  { done, seen, lines, batchRows }: { done: number; seen: SeenKeys; lines: () => CopyLines; batchRows: number },
): AsyncGenerator<Batch> {
  let batch = new Batch(sheet, lines(), batchRows);
  let at = 0;
  for await (const rows of table.rows(sheet.index)) {
    for (const row of rows) {
      const judged = judgeRow(row, sheet, seen.add);
      at += 1;
      if (at <= done) continue;
      batch.add(judged, row.cells);
      if (!batch.full) continue;
      yield batch;
      batch = new Batch(sheet, lines(), batchRows);
    }
  }
  if (batch.rows > 0) yield batch;
}

// While one batch is written the next is gathered, and never more: two take turns.
function turns<T>(now: T, other: T): () => T {
  let [next, after] = [now, other];
  return () => {
    [next, after] = [after, next];
    return after;
  };
}

// Held by the connection, so that it ends with this process however that ends.
async function holdImport(client: pg.Client, { importId, succeeds }: RunTask): Promise<boolean> {
  const lock = [IMPORT_LOCK, importId];
  if (succeeds) {
    await client.query('SELECT pg_advisory_lock($1, $2)', lock);
    return true;
  }
  const { rows } = await client.query<{ held: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS held', lock);
  return rows[0]?.held === true;
}

async function progressOf(client: pg.Client, importId: number): Promise<Progress> {
  const sheets = await client.query<{ sheet: number; rows: number; batches: number }>(
    'SELECT sheet, sum(rows)::int AS rows, count(*)::int AS batches FROM import_batches WHERE import_id = $1 GROUP BY sheet',
    [importId],
  );
  const { rows } = await client.query<{ tallies: Tallies }>('SELECT tallies FROM imports WHERE id = $1', [importId]);
  return {
    ordinal: sheets.rows.reduce((sum, { batches }) => sum + batches, 0),
    rows: new Map(sheets.rows.map(({ sheet, rows }) => [sheet, rows])),
    tallies: rows[0]?.tallies ?? {},
  };
}

async function cancelRequested(client: pg.Client, importId: number): Promise<boolean> {
  const { rowCount } = await client.query('SELECT FROM imports WHERE id = $1 AND cancel_requested_at IS NOT NULL', [
    importId,
  ]);
  return rowCount === 1;
}
