import { to } from 'pg-copy-streams';
import { type CopiedRows, cellStart, cellText, copiedRows } from '../../src/lib/copied-rows.ts';
import { withClient } from './databases.ts';

/** What the list of contacts exports, as a plain query says it. */
const select = `SELECT c.value, b.name, c.state, u.name, c.issued_at, c.outcome, c.note, c.import_id, c.created_at
  FROM contacts c JOIN base_types b ON b.id = c.base_type_id LEFT JOIN users u ON u.id = c.agent_id ORDER BY c.id`;
const WIDTH = 9;

/** How long PostgreSQL takes to write these rows out while we throw them away. */
export const copySeconds = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const began = performance.now();
    for await (const _piece of client.query(to(`COPY (${select}) TO STDOUT`)));
    return (performance.now() - began) / 1000;
  });

/** The same rows as texts, all in memory. */
export const rowsInMemory = (url: string): Promise<string[][]> =>
  withClient(url, async (client) => {
    const rows: string[][] = [];
    await client.query(`SET DateStyle TO German`);
    for await (const batch of copiedRows(client.query(to(`COPY (${select}) TO STDOUT`)), WIDTH))
      rows.push(...textsOf(batch));
    return rows;
  });

function textsOf(batch: CopiedRows): string[][] {
  return Array.from({ length: batch.length }, (_, row) =>
    Array.from({ length: WIDTH }, (_, column) => {
      const cell = row * WIDTH + column;
      const text = cellText(batch.bytes, cellStart(batch, cell), batch.ends[cell] ?? 0);
      return column === 4 || column === 8 ? text.slice(0, 16) : text;
    }),
  );
}
