import type { Ctx } from '../../ctx.ts';
import { nameHas } from '../../lib/people.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { fixed, q, type Sql } from '../../lib/sql.ts';
import { acceptanceOf, type StatusCounts, sumOf } from './agent-stats.ts';
import type { Place } from './sort.ts';
import { type Line, type Period, periods, type Spans } from './stats.ts';
import { turnDay } from './tallies.ts';

export const columns = [
  'name',
  'day1',
  'day7',
  'day30',
  'ever',
  'total',
  'pending',
  'approved',
  'rejected',
  'rework',
  'acceptance',
] as const;
type Column = (typeof columns)[number];
export type AgentSort = Column | `-${Column}`;
export type AgentLine = Line & { id: number; rank: string };
export type AgentView = { period: Period; sort: AgentSort; named?: string | undefined };

/** Leads per agent in an order, one more than `size` beyond the place. Agents who never reported have no line. */
export async function leadsByAgent(ctx: Ctx, view: AgentView, place: Place, size: number): Promise<AgentLine[]> {
  // In one packet, the day first: only once a day must the lines be asked again.
  const [turned, lines] = await Promise.all([turnDay(ctx), linesOf(ctx, view, place, size)]);
  return turned ? linesOf(ctx, view, place, size) : lines;
}

async function linesOf(ctx: Ctx, view: AgentView, place: Place, size: number): Promise<AgentLine[]> {
  const column = view.sort.replace('-', '') as Column;
  const span = q`t.span = ${spanOf(view.period)}`;
  const rows = await sharedRows<StatusCounts & Spans & { id: number; name: string; rank: string }>(
    ctx.sql,
    q`
    WITH chosen AS MATERIALIZED (${column === 'name' ? byName(view, place, size) : byNumber(view, column, place, size)})
    SELECT c.id, u.name, c.rank::text, ${sum(q`t.pending`, span)} AS pending, ${sum(q`t.approved`, span)} AS approved,
      ${sum(q`t.rejected`, span)} AS rejected, ${sum(q`t.rework`, span)} AS rework, ${sum(all, q`t.span = 1`)} AS day1,
      ${sum(all, q`t.span = 7`)} AS day7, ${sum(all, q`t.span = 30`)} AS day30, ${sum(all, q`t.span = 0`)} AS ever
    FROM chosen c JOIN users u ON u.id = c.id
    JOIN lead_agent_tallies t ON t.agent_id = c.id AND t.span IN (0, 1, 7, 30)
    GROUP BY c.id, u.name, c.rank ORDER BY c.rank ${direction(view, place)}, c.id ${direction(view, place)}`,
  );
  return rows.map((row) => ({ ...row, total: sumOf(row), acceptance: acceptanceOf(row) }));
}

const all = q`t.pending + t.approved + t.rejected + t.rework`;
const spanOf = (period: Period): number => periods[period] ?? 0;
const sum = (of: Sql, rows: Sql): Sql => q`coalesce(sum(${of}) FILTER (WHERE ${rows}), 0)::int`;

const isRising = ({ sort }: AgentView, { backward }: Place): boolean => sort.startsWith('-') === backward;
const direction = (view: AgentView, place: Place): Sql => (isRising(view, place) ? q`ASC` : q`DESC`);

function byName(view: AgentView, place: Place, size: number): Sql {
  return q`
    SELECT u.id, u.name_key AS rank FROM users u
    WHERE EXISTS (SELECT FROM lead_agent_tallies t WHERE t.span = 0 AND t.agent_id = u.id) AND ${isNamed(view)}
      AND ${beyond(view, place, q`(u.name_key, u.id)`, q`text`)}
    ORDER BY u.name_key ${direction(view, place)}, u.id ${direction(view, place)} LIMIT ${fixed(size + 1)}`;
}

/** Only the rows of the span that decides the order are looked at, and those of all days for agents who have none there. */
function byNumber(view: AgentView, column: Exclude<Column, 'name'>, place: Place, size: number): Sql {
  const span = { day1: 1, day7: 7, day30: 30, ever: 0 }[column as string] ?? spanOf(view.period);
  return q`
    SELECT r.id, r.rank FROM (
      SELECT t.agent_id AS id, ${ranks(column)} AS rank
      FROM (SELECT agent_id, ${span === 0 ? q`true` : q`span <> 0`} AS here, pending, approved, rejected, rework
        FROM lead_agent_tallies WHERE span IN (0, ${span})) t GROUP BY t.agent_id) r
    ${view.named ? q`JOIN users u ON u.id = r.id` : q``}
    WHERE ${isNamed(view)} AND ${beyond(view, place, q`(r.rank, r.id)`, q`numeric`)}
    ORDER BY r.rank ${direction(view, place)}, r.id ${direction(view, place)} LIMIT ${fixed(size + 1)}`;
}

function ranks(column: Exclude<Column, 'name'>): Sql {
  const here = (of: Sql): Sql => q`coalesce(sum(${of}) FILTER (WHERE t.here), 0)`;
  const [approved, rejected] = [here(q`t.approved`), here(q`t.rejected`)];
  if (column === 'acceptance')
    return q`coalesce(round(${approved}::numeric / nullif(${approved} + ${rejected}, 0), 6), -1)`;
  const statuses = { pending: q`t.pending`, approved: q`t.approved`, rejected: q`t.rejected`, rework: q`t.rework` };
  return here(column in statuses ? statuses[column as keyof typeof statuses] : all);
}

const isNamed = ({ named }: AgentView): Sql => (named ? nameHas(q`u.name_key`, named) : q`true`);

function beyond(view: AgentView, place: Place, row: Sql, type: Sql): Sql {
  const [rank, id] = place.values ?? [];
  // A cursor comes from the address: one that is no number begins the list anew.
  if (typeof id !== 'number' || (view.sort.replace('-', '') !== 'name' && !Number.isFinite(Number(rank))))
    return q`true`;
  const edge = q`(${String(rank)}::${type}, ${id}::int)`;
  return isRising(view, place) ? q`${row} > ${edge}` : q`${row} < ${edge}`;
}

/** Every agent's line in the order of the view, in batches, for a file. */
export async function* agentLinesInBatches(ctx: Ctx, view: AgentView): AsyncGenerator<AgentLine[]> {
  const size = 1000;
  for (let values: Place['values'] = null; ; ) {
    const found: AgentLine[] = await leadsByAgent(ctx, view, { values, backward: false }, size);
    const lines = found.slice(0, size);
    const last = lines.at(-1);
    if (last) yield lines;
    if (found.length <= size || !last) return;
    values = [last.rank, last.id];
  }
}
