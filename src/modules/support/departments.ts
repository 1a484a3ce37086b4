import { isDeepStrictEqual } from 'node:util';
import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal, violates } from '../../errors.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { joinSql, q, type Sql } from '../../lib/sql.ts';
import type { Targets } from './clock.ts';
import { recordChanged, recordCreated } from './department-journal.ts';
import { type HouseTexts, houseTexts, refuseWrongTexts } from './house-texts.ts';
import { lockRunning, renewClocks } from './many-clocks.ts';
import { isAnswering } from './operators.ts';

export type Department = Targets &
  HouseTexts & {
    id: number;
    name: string;
    description: string;
    headId: number | null;
    head: string | null;
    active: boolean;
    autoAssign: boolean;
    operatorIds: number[];
  };
export type DepartmentInput = Omit<Department, 'id' | 'head'>;

/** Every department by name, the inactive ones last. */
export const listDepartments = (ctx: Pick<SqlCtx, 'sql'>): Promise<readonly Readonly<Department>[]> =>
  sharedRows<Department>(
    ctx.sql,
    q`SELECT d.id, d.name, d.description, d.zone, d.hours, d.holidays::text[] AS holidays, d.head_id AS "headId", h.name AS head,
        d.active, d.auto_assign AS "autoAssign", d.first_answer_minutes AS "firstAnswerMinutes", d.resolution_minutes AS "resolutionMinutes",
        d.greeting_ru AS "greetingRu", d.greeting_en AS "greetingEn", d.away_ru AS "awayRu", d.away_en AS "awayEn",
        ARRAY(SELECT o.user_id FROM department_operators o WHERE o.department_id = d.id ORDER BY 1) AS "operatorIds"
      FROM departments d LEFT JOIN users h ON h.id = d.head_id ORDER BY NOT d.active, d.name_key`,
    'support.departments',
  );

/** Throws NotFound. */
export async function getDepartment(ctx: Pick<SqlCtx, 'sql'>, id: number): Promise<Department> {
  const found = (await listDepartments(ctx)).find((one) => one.id === id);
  if (!found) throw new NotFound();
  return found;
}

/** Adds a department with its operators. Names differ in more than their case. */
export const createDepartment = (ctx: Ctx, input: DepartmentInput): Promise<number> =>
  named(() =>
    inSqlTransaction(ctx, async (tx) => {
      const { names, values } = columnsOf(input);
      const made = await tx.sql.row<{ id: number }>(
        q`INSERT INTO departments (${names}) VALUES (${joinSql(values, ', ')}) RETURNING id`,
      );
      if (!made) throw new Error('The department was not made');
      await settle(tx, made.id, input);
      await recordCreated(tx, await getDepartment(tx, made.id));
      return made.id;
    }),
  );

/** Changes a department. Its threads stay where they are, and are due by its new hours; an inactive one is offered to nobody. */
export const changeDepartment = (ctx: Ctx, id: number, input: DepartmentInput): Promise<void> =>
  named(() =>
    inSqlTransaction(ctx, async (tx) => {
      const before = await getDepartment(tx, id);
      // Threads before their department, as every act on a thread locks them.
      const running = isDeepStrictEqual(timesOf(before), timesOf(input)) ? [] : await lockRunning(tx, id);
      const { names, values } = columnsOf(input);
      await tx.sql.run(q`UPDATE departments SET (${names}) = (${joinSql(values, ', ')}) WHERE id = ${id}`);
      await renewClocks(tx, running, before, input);
      await settle(tx, id, input);
      await recordChanged(tx, before, await getDepartment(tx, id));
    }),
  );

const columnsOf = (input: DepartmentInput): { names: Sql; values: Sql[] } => ({
  names: q`name, name_key, description, zone, hours, holidays, head_id, active, auto_assign,
    first_answer_minutes, resolution_minutes, greeting_ru, greeting_en, away_ru, away_en`,
  values: [
    ...[q`${input.name}`, q`lower(${input.name})`, q`${input.description}`, q`${input.zone}`],
    ...[q`${JSON.stringify(input.hours)}::jsonb`, q`${input.holidays}::date[]`, q`${input.headId}::int`],
    ...[q`${input.active}::bool`, q`${input.autoAssign}::bool`],
    ...[q`${input.firstAnswerMinutes}::int`, q`${input.resolutionMinutes}::int`],
    ...houseTexts.map((name) => q`${input[name]}`),
  ],
});

const timesOf = ({ zone, hours, holidays, firstAnswerMinutes, resolutionMinutes }: Targets): Targets => ({
  ...{ zone, hours, holidays, firstAnswerMinutes, resolutionMinutes },
});

async function settle(tx: SqlCtx, id: number, input: DepartmentInput): Promise<void> {
  refuseWrongTexts(input);
  await onlyStaff(tx, input);
  await tx.sql.run(
    q`INSERT INTO operators (user_id) SELECT unnest(${input.operatorIds}::int[]) ON CONFLICT DO NOTHING`,
  );
  await tx.sql.run(
    q`DELETE FROM department_operators WHERE department_id = ${id} AND user_id <> ALL (${input.operatorIds}::int[])`,
  );
  await tx.sql.run(q`
    INSERT INTO department_operators (department_id, user_id) SELECT ${id}, unnest(${input.operatorIds}::int[])
    ON CONFLICT DO NOTHING`);
}

async function onlyStaff(tx: SqlCtx, { headId, operatorIds }: DepartmentInput): Promise<void> {
  const named = [...new Set([...operatorIds, ...(headId === null ? [] : [headId])])];
  const fit = await tx.sql.rows(q`SELECT u.id FROM users u WHERE u.id = ANY (${named}::int[]) AND ${isAnswering}`);
  if (fit.length < named.length) throw new Refusal('support:errors.notOperator', undefined, 'operators');
}

async function named<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'departments_name_key_key')) throw new Refusal('support:errors.nameTaken', undefined, 'name');
    throw error;
  }
}
