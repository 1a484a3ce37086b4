import { z } from 'zod';
import type { SqlCtx } from '../../ctx.ts';
import {
  addDays,
  type BusinessDay,
  businessDayBounds,
  businessDayOf,
  businessDaysBounds,
} from '../../lib/business-day.ts';
import { DayFilter, IdFilter } from '../../lib/fields.ts';
import { q, type Sql } from '../../lib/sql.ts';

/** Business days back from today, today included. */
export const periods = { day: 1, week: 7, month: 30, quarter: 90 } as const;
export type Period = keyof typeof periods;
const names = Object.keys(periods) as [Period, ...Period[]];

/** What the numbers are narrowed to, as it stands in the address. Days that are given outrank the period. */
export const NumbersFilter = z.object({
  period: z.enum(names).catch('month').default('month'),
  from: DayFilter,
  to: DayFilter,
  department: IdFilter,
  purpose: IdFilter,
  operator: IdFilter,
});
export type NumbersFilter = z.infer<typeof NumbersFilter>;
/** `own`: the only departments that the actor may see; undefined: he may see all. */
export type Asked = NumbersFilter & { own?: number[] | undefined };

/** A stretch of business days, cut into steps for the chart; `cuts` are the instants between which the steps lie. */
export type Span = { from: Date; until: Date; days: BusinessDay[]; step: 1 | 7; cuts: Date[] };

const mostDays = 366;
const mostBars = 92;

/** The days that a filter means: at most a year of them; by the week when they are too many for a chart. */
export function spanOf({ now, clock }: Pick<SqlCtx, 'now' | 'clock'>, filter: NumbersFilter): Span {
  const today = businessDayOf(now, clock);
  const to = filter.to ?? (filter.from && filter.from > today ? filter.from : today);
  const asked = filter.from ?? addDays(to, 1 - periods[filter.period]);
  const earliest = addDays(to, 1 - mostDays);
  const first = asked > to ? to : asked < earliest ? earliest : asked;
  const length = daysBetween(first, to) + 1;
  const step = length > mostBars ? 7 : 1;
  const days = Array.from({ length: Math.ceil(length / step) }, (_, n) => addDays(first, n * step));
  const { from, until } = businessDaysBounds(first, to, clock);
  return { from, until, days, step, cuts: days.map((day) => businessDayBounds(day, clock).from) };
}

const daysBetween = (from: BusinessDay, to: BusinessDay): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** The filter's conditions on what has a department, a purpose and an operator. */
export const narrowed = ({ own, department, purpose, operator }: Asked, operatorColumn: Sql): Sql[] => [
  ...(own ? [q`n.department_id = ANY (${own}::int[])`] : []),
  ...(department ? [q`n.department_id = ${department}`] : []),
  ...(purpose ? [q`n.purpose_id = ${purpose}`] : []),
  ...(operator ? [q`${operatorColumn} = ${operator}`] : []),
];
