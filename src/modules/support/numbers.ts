import type { SqlCtx } from '../../ctx.ts';
import { joinSql, q, type Sql, where } from '../../lib/sql.ts';
import { type Asked, narrowed, type Span } from './numbers-filter.ts';

/** Two points of a spread, in seconds of working time: half were quicker than the first, nine of ten quicker than the second. */
export type Spread = { median: number; p90: number } | null;
export type Numbers = {
  received: number;
  answered: number;
  answer: Spread;
  closed: number;
  resolution: Spread;
  rated: number;
  rating: number | null;
  waiting: number;
  overdue: number;
};
export const parts = ['department', 'purpose', 'operator', 'step'] as const;
export type Part = (typeof parts)[number];
/** Each line of a part by what it is about: an id (0: nobody's), or the number of a step from 1. */
export type SupportNumbers = { total: Numbers } & Record<Part, Map<number, Numbers>>;

type Row = { part: Part | 'total'; key: number; count: number; spread: [number, number] | null; mean: number | null };
/** `summed`: what is asked of the values. A spread sorts them once for every part, and is most of what the page costs. */
type Happening = { at: Sql; value: Sql; summed: Sql; put(line: Numbers, row: Row): void };

const spreadOf = ({ spread }: Row): Spread => spread && { median: spread[0], p90: spread[1] };

const noMean = q`NULL::float8 AS mean`;
const noSpread = q`NULL::int[] AS spread`;
const spread = q`${noMean}, percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY value) AS spread`;

const happenings: Happening[] = [
  {
    at: q`n.created_at`,
    value: q`NULL::int`,
    summed: q`${noMean}, ${noSpread}`,
    put: (line, { count }) => Object.assign(line, { received: count }),
  },
  {
    at: q`n.first_answer_at`,
    value: q`n.first_answer_seconds`,
    summed: spread,
    put: (line, row) => Object.assign(line, { answered: row.count, answer: spreadOf(row) }),
  },
  {
    at: q`n.closed_at`,
    value: q`n.resolution_seconds`,
    summed: spread,
    put: (line, row) => Object.assign(line, { closed: row.count, resolution: spreadOf(row) }),
  },
  {
    at: q`n.rated_at`,
    value: q`n.rating::int`,
    summed: q`avg(value)::float8 AS mean, ${noSpread}`,
    put: (line, { count, mean }) => Object.assign(line, { rated: count, rating: mean }),
  },
];

/**
 * What happened to threads within a span, in all and by each part: how many were begun, answered for the first time, closed and rated, each
 * counted by its own moment; and how many wait now, whenever they were begun. Every thread is in one line of each part, so that lines add
 * up to the total. A thread counts for the department and the operator that have it.
 */
export async function supportNumbers(ctx: SqlCtx, filter: Asked, span: Span): Promise<SupportNumbers> {
  const numbers: SupportNumbers = {
    total: nothing(),
    department: new Map(),
    purpose: new Map(),
    operator: new Map(),
    step: new Map(),
  };
  const [waiting, ...happened] = await Promise.all([
    waitingNow(ctx, filter),
    ...happenings.map((happening) => happenedIn(ctx, filter, span, happening)),
  ]);
  for (const { waiting: count, overdue, ...row } of waiting)
    Object.assign(lineOf(numbers, row), { waiting: count, overdue });
  happened.forEach((rows, i) => {
    for (const row of rows) happenings[i]?.put(lineOf(numbers, row), row);
  });
  return numbers;
}

export const nothing = (): Numbers => ({
  ...{
    received: 0,
    answered: 0,
    answer: null,
    closed: 0,
    resolution: null,
    rated: 0,
    rating: null,
    waiting: 0,
    overdue: 0,
  },
});

function lineOf(numbers: SupportNumbers, { part, key }: Pick<Row, 'part' | 'key'>): Numbers {
  if (part === 'total') return numbers.total;
  const line = numbers[part].get(key) ?? nothing();
  numbers[part].set(key, line);
  return line;
}

/** One happening of the span, grouped in every way at once. */
function happenedIn(
  ctx: SqlCtx,
  filter: Asked,
  { from, until, cuts }: Span,
  { at, value, summed }: Happening,
): Promise<Row[]> {
  const within = [q`${at} >= ${from}`, q`${at} < ${until}`, ...narrowed(filter, q`n.operator_id`)];
  return ctx.sql.rows<Row>(q`
    SELECT ${partOf(parts)}, count(*)::int AS count, ${summed}
    FROM (
      SELECT n.department_id AS department, n.purpose_id AS purpose, coalesce(n.operator_id, 0) AS operator,
        width_bucket(${at}, ${cuts}::timestamptz[]) AS step, ${value} AS value
      FROM thread_numbers n ${where(within)}) AS x
    GROUP BY GROUPING SETS ((), (department), (purpose), (operator), (step))`);
}

type Waiting = Pick<Row, 'part' | 'key'> & { waiting: number; overdue: number };

function waitingNow(ctx: SqlCtx, filter: Asked): Promise<Waiting[]> {
  return ctx.sql.rows<Waiting>(q`
    SELECT ${partOf(['department', 'purpose', 'operator'])}, count(*)::int AS waiting, count(*) FILTER (WHERE due_at < ${ctx.now})::int AS overdue
    FROM (
      SELECT n.department_id AS department, n.purpose_id AS purpose, coalesce(n.assignee_id, 0) AS operator, n.due_at
      FROM threads n ${where([q`n.queue_rank < 2`, ...narrowed(filter, q`n.assignee_id`)])}) AS x
    GROUP BY GROUPING SETS ((), (department), (purpose), (operator))`);
}

const columns: Record<Part, Sql> = {
  department: q`department`,
  purpose: q`purpose`,
  operator: q`operator`,
  step: q`step`,
};

/** Which grouping a row belongs to, and what it is about. */
function partOf(of: readonly Part[]): Sql {
  const which = of.map((part) => q`WHEN GROUPING(${columns[part]}) = 0 THEN ${part}`);
  const keys = of.map((part) => columns[part]);
  return q`CASE ${joinSql(which, ' ')} ELSE 'total' END AS part, coalesce(${joinSql(keys, ', ')}, 0) AS key`;
}
