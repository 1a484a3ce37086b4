import { isTableFault, openTable } from '../../lib/spreadsheet.ts';

// Runs alone: a hostile file takes only this process with it. Writes the first filled cell of each row, one a line.
const [path = '', name = '', most = '0'] = process.argv.slice(2);

try {
  const table = await openTable(path, name);
  const sheet = table.sheets.find(({ active }) => active) ?? table.sheets[0];
  let left = Number(most);
  for await (const rows of table.rows(sheet?.index ?? 0)) {
    const lines = rows
      .slice(0, left)
      .map(({ cells }) => (cells.find((cell) => cell.trim() !== '') ?? '').replace(/\s+/g, ' '));
    left -= lines.length;
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
    if (left === 0) break;
  }
  await table.close();
} catch (error) {
  process.stderr.write(isTableFault(error) ? error.code : 'failed');
  process.exitCode = 1;
}
