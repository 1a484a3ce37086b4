import type { SqlCtx } from '../../ctx.ts';
import { q, where } from '../../lib/sql.ts';
import { countUpTo } from '../../lib/totals.ts';
import { inbox, type Line, mostInTab } from './inbox.ts';
import { conditionsOf, type InboxFilter } from './inbox-filter.ts';

export const columns = ['open', 'waiting', 'closed'] as const;
export type Column = (typeof columns)[number];
type Places = Partial<Record<Column, Line['place'] | undefined>>;

/** The cards of each column from its place on, in the order of the inbox: who waits longest, then whoever wrote last. */
export const board = (ctx: SqlCtx, filter: InboxFilter, places: Places, size: number): Promise<Line[][]> =>
  Promise.all(columns.map((status) => inbox(ctx, { ...filter, status }, { after: places[status], size })));

/** How many threads each column holds. */
export async function boardCounts(ctx: SqlCtx, filter: InboxFilter): Promise<Record<Column, number>> {
  const [open, waiting, closed] = columns.map((status) =>
    countUpTo(mostInTab, q`threads t ${where(conditionsOf(ctx, { ...filter, status }))}`),
  );
  const row = await ctx.sql.row<Record<Column, number>>(
    q`SELECT ${open ?? q`0`} AS open, ${waiting ?? q`0`} AS waiting, ${closed ?? q`0`} AS closed`,
  );
  return row ?? { open: 0, waiting: 0, closed: 0 };
}
