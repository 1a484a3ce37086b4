import type { Writable } from 'node:stream';
import type pg from 'pg';
import { openTable, type Table } from '../../../lib/spreadsheet.ts';
import { type CellValue, type Column, type SheetSource, writeWorkbook } from '../../../lib/xlsx/index.ts';
import { columnLetter } from '../rows.ts';
import type { VerdictsTask } from '../types.ts';
import { groupOf, UNREAD } from '../verdicts.ts';
import { connect } from './database.ts';

type Sheet = VerdictsTask['sheets'][number];

/** The source file once more, each row with its verdict and the reason beside it, as a workbook. */
export async function writeVerdicts(task: VerdictsTask, output: Writable): Promise<void> {
  const client = await connect(task.databaseUrl, task.importId);
  try {
    const table = await openTable(task.file.path, task.file.originalName);
    try {
      await writeWorkbook(output, sheetsOf(task, table, client));
    } finally {
      await table.close();
    }
  } finally {
    await client.end();
  }
}

function* sheetsOf(task: VerdictsTask, table: Table, client: pg.Client): Generator<SheetSource> {
  for (const sheet of task.sheets) {
    yield { name: sheet.name, columns: columnsOf(sheet, task), rows: rowsOf(task, sheet, table, client) };
  }
}

function columnsOf({ columns, headers }: Sheet, { titles }: VerdictsTask): Column[] {
  const own = Array.from({ length: Math.max(columns, 1) }, (_, at) => ({
    header: headers[at] || `${titles.column} ${columnLetter(at)}`,
    width: 20,
  }));
  return [
    { header: titles.row, width: 9, type: 'number' },
    ...own,
    { header: titles.verdict, width: 22 },
    { header: titles.reason, width: 50 },
  ];
}

async function* rowsOf(
  task: VerdictsTask,
  sheet: Sheet,
  table: Table,
  client: pg.Client,
): AsyncGenerator<CellValue[][]> {
  const verdicts = new VerdictReader(client, task.importId, sheet.index);
  const width = Math.max(sheet.columns, 1);
  for await (const rows of table.rows(sheet.index)) {
    const lines: CellValue[][] = [];
    await verdicts.ensure(rows.length);
    for (const { number, cells } of rows) {
      const code = verdicts.next();
      const group = groupOf(code);
      if (task.onlyProblems && (group === 'created' || group === 'header' || group === 'empty')) continue;
      const line: CellValue[] = [number, ...cells.slice(0, width)];
      line[width + 1] = task.words[code]?.[0] ?? '';
      line[width + 2] = task.words[code]?.[1] ?? '';
      lines.push(line);
    }
    if (lines.length > 0) yield lines;
  }
}

/** The verdict bytes of a sheet, fetched a batch at a time; past the last one a row is unread. */
class VerdictReader {
  readonly #client: pg.Client;
  readonly #importId: number;
  readonly #sheet: number;
  #ordinal = -1;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(client: pg.Client, importId: number, sheet: number) {
    this.#client = client;
    this.#importId = importId;
    this.#sheet = sheet;
  }

  async ensure(rows: number): Promise<void> {
    while (this.#bytes.length - this.#at < rows) {
      const { rows: found } = await this.#client.query<{ ordinal: number; verdicts: Buffer }>(
        `SELECT ordinal, verdicts FROM import_batches
         WHERE import_id = $1 AND sheet = $2 AND ordinal > $3 ORDER BY ordinal LIMIT 1`,
        [this.#importId, this.#sheet, this.#ordinal],
      );
      const batch = found[0];
      if (!batch) return;
      this.#ordinal = batch.ordinal;
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), batch.verdicts]);
      this.#at = 0;
    }
  }

  next(): number {
    const code = this.#bytes[this.#at] ?? UNREAD;
    this.#at += 1;
    return code;
  }
}
