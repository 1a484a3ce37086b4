/** A part of a letter: a paragraph, or a table whose first row is its head. */
export type Block = { text: string } | { rows: string[][] };

/** Cuts a letter's words into paragraphs, a line each; lines with tabs in them that follow each other are a table. */
export function blocksOf(words: string): Block[] {
  const blocks: Block[] = [];
  for (const line of words.split('\n')) {
    const last = blocks.at(-1);
    if (!line.includes('\t')) blocks.push({ text: line });
    else if (last && 'rows' in last) last.rows.push(line.split('\t'));
    else blocks.push({ rows: [line.split('\t')] });
  }
  return blocks;
}

/** The same without markup: a row of a table is a line whose cells are named by the head. */
export const plainOf = (block: Block): string => {
  if ('text' in block) return block.text;
  const [head = [], ...rows] = block.rows;
  return rows
    .map(
      ([first = '', ...cells]) =>
        `${first}: ${cells.map((cell, i) => `${head[i + 1] ?? ''} ${cell}`.trim()).join(', ')}`,
    )
    .join('\n');
};
