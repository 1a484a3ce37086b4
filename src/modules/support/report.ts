import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { addDays, type BusinessDay, businessDayBounds, businessDayOf } from '../../lib/business-day.ts';
import { q } from '../../lib/sql.ts';
import { dayText } from '../../lib/written-dates.ts';
import { firstInstantAt, wallClock } from '../../lib/zoned-time.ts';
import { notify } from '../notifications/index.ts';
import { type ReportLine, reportLines } from './report-lines.ts';

const dueHour = 22;
const DAY = 86_400_000;

type Department = { id: number; name: string; headId: number };

/**
 * Tells the head of each department how the day was, from 22:00 of the business zone on: once a day and department, whoever asks and how
 * often. Whatever was missed is made up for by the next run, the last day only.
 */
export async function sendReports(ctx: Ctx): Promise<void> {
  const day = reportedDay(ctx);
  for (const department of await unreported(ctx, day)) await inSqlTransaction(ctx, (tx) => report(tx, department, day));
}

/** The last business day that was over when it was last 22:00. */
export function reportedDay({ now, clock }: Pick<SqlCtx, 'now' | 'clock'>): BusinessDay {
  const wall = wallClock(now.getTime(), clock.zone);
  const todays = Math.floor(wall / DAY) * DAY + dueHour * 3_600_000;
  const due = firstInstantAt(wall < todays ? todays - DAY : todays, clock.zone);
  return addDays(businessDayOf(new Date(due), clock), -1);
}

// A department that did not exist yet has nothing to tell of that day.
const unreported = (ctx: Ctx, day: BusinessDay): Promise<Department[]> =>
  ctx.sql.rows<Department>(q`
    SELECT d.id, d.name, d.head_id AS "headId" FROM departments d
    WHERE d.active AND d.head_id IS NOT NULL AND d.created_at < ${businessDayBounds(day, ctx.clock).until}
      AND NOT EXISTS (SELECT FROM support_reports r WHERE r.day = ${day}::date AND r.department_id = d.id)
    ORDER BY d.id`);

async function report(tx: SqlCtx, { id, name, headId }: Department, day: BusinessDay): Promise<void> {
  const lines = await reportLines(tx, id, businessDayBounds(day, tx.clock));
  // Of two workers one makes the row, and tells.
  const made = await tx.sql.row<{ id: number }>(q`
    INSERT INTO support_reports (day, department_id, head_id, lines, created_at)
    VALUES (${day}::date, ${id}, ${headId}, ${JSON.stringify(lines)}::jsonb, ${tx.now})
    ON CONFLICT (day, department_id) DO NOTHING RETURNING id`);
  if (!made) return;
  const params = {
    department: name,
    departmentId: id,
    date: day,
    day: dayText(day),
    ...totalOf(lines),
    rows: lines.map(rowOf).join('\n'),
  };
  await notify(tx, { type: 'support.report', personId: headId, subjectId: made.id, params });
}

const counted = ['received', 'answered', 'closed', 'newPeople', 'waiting'] as const;

const totalOf = (lines: ReportLine[]): Record<(typeof counted)[number], number> => {
  const total = { received: 0, answered: 0, closed: 0, newPeople: 0, waiting: 0 };
  for (const line of lines) for (const what of counted) total[what] += line[what];
  return total;
};

/** A row of the letter's table: what is between tabs is a cell. */
const rowOf = (line: ReportLine): string => [line.name, ...counted.map((what) => line[what])].join('\t');
