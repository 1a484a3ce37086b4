import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { type Numbers, parts } from '../../src/modules/support/numbers.ts';
import { NumbersFilter } from '../../src/modules/support/numbers-filter.ts';
import { readNumbers } from '../../src/modules/support/numbers-lines.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { begin, close, take, threadIn } from './desk.ts';
import { reply } from './talk.ts';

let house: TestHouse;
let desk: Visitor;
let owner: TestUser;
let person: TestUser;
let sveta: TestUser;
let boris: TestUser;
let stock: number;
let main: number;
beforeAll(async () => {
  house = await openTestHouse();
  owner = await createUser(house, { role: 'admin', name: 'Хозяйка' });
  desk = await house.as(owner);
  person = await createUser(house);
  sveta = await createUser(house, { role: 'support', name: 'Света' });
  boris = await createUser(house, { role: 'support', name: 'Борис' });
  const { db } = house.database;
  main = (await db.department.findFirstOrThrow()).id;
  stock = (
    await db.department.create({
      data: { name: 'Склад', nameKey: 'склад', hours: [null, null, null, null, null, null, null] },
    })
  ).id;
  await run(q`INSERT INTO operators (user_id) VALUES (${sveta.id}), (${boris.id})`);
  await run(
    q`INSERT INTO department_operators (department_id, user_id) VALUES (${main}, ${sveta.id}), (${stock}, ${boris.id})`,
  );
});
afterAll(() => house.close());

const run = (text: ReturnType<typeof q>) => house.database.sql.run(text);
const read = async (filter: Record<string, string | number> = {}, now?: Date) =>
  readNumbers(await house.ctxOf(owner, now), NumbersFilter.parse(filter));
const plain = (text: string | undefined) => text?.replace(/[\s ]+/g, ' ').trim() ?? '';
const lineOn = async (query: string, name: string) => {
  const rows = (await desk.see(`/admin/support-numbers?${query}`))
    .querySelectorAll('tbody tr')
    .map((row) => plain(row.innerText));
  return rows.find((row) => row.startsWith(name));
};

type Made = {
  at: string;
  department?: number;
  operator?: number | null;
  answer?: number;
  resolution?: number;
  rating?: number;
};
async function threads(...made: Made[]): Promise<void> {
  for (const { at, department = main, operator = null, answer, resolution, rating } of made) {
    await run(q`
      INSERT INTO threads (person_id, department_id, assignee_id, created_at, last_message_at, status, waiting_since, closed_at, first_answer_at,
        first_answer_seconds, clock_seconds, resolution_seconds, rating, rated_at)
      SELECT ${person.id}, ${department}, ${operator}, x.at, x.at, CASE WHEN x.solved IS NULL THEN 'open' ELSE 'closed' END::thread_status,
        CASE WHEN x.solved IS NULL THEN x.at END, CASE WHEN x.solved IS NOT NULL THEN x.at + interval '2 hours' END,
        CASE WHEN x.answer IS NOT NULL THEN x.at + interval '1 hour' END, x.answer, coalesce(x.solved, 0), x.solved, x.rating, CASE WHEN x.rating IS NOT NULL THEN x.at + interval '3 hours' END
      FROM (SELECT ${at}::timestamptz AS at, ${answer ?? null}::int AS answer, ${resolution ?? null}::int AS solved, ${rating ?? null}::smallint AS rating) x`);
  }
}

describe('the numbers of the desk', () => {
  // The third of March of the business begins on the second at 20:00.
  beforeAll(() =>
    threads(
      { at: '2026-03-02T19:59+03:00', operator: sveta.id, answer: 10, resolution: 20 },
      ...Array.from({ length: 10 }, (_, n) => ({
        at: '2026-03-02T20:00+03:00',
        operator: sveta.id,
        answer: 60 * (n + 1),
        resolution: 600 * (n + 1),
        rating: 1 + (n % 5),
      })),
      { at: '2026-03-03T10:00+03:00', department: stock, operator: boris.id, answer: 7200 },
      { at: '2026-03-03T11:00+03:00', department: stock },
      { at: '2026-03-03T20:00+03:00', department: stock, operator: boris.id, answer: 5, resolution: 6 },
    ),
  );
  const third = 'from=2026-03-03&to=2026-03-03';

  it('are counted by the business day, each happening by its own moment, in the working time of the clocks', async () => {
    const { total, span } = await read({ from: '2026-03-03', to: '2026-03-03' });
    expect(span.days).toEqual(['2026-03-03']);
    expect(total).toMatchObject({ received: 12, answered: 12, closed: 11, rated: 10, rating: 3 });
    expect(total.answer).toEqual({ median: 300, p90: 600 });
    expect(await lineOn(third, 'Света')).toMatch(/^Света.* 10 11 5 мин \/ 9 мин 11 50 мин \/ 1 ч 30 мин 3 \(10\) 0/);
    expect(await lineOn(third, 'Склад')).toMatch(/^Склад 2 1 2 ч \/ 2 ч 0 — — 2/);
    expect(await lineOn(third, 'ничьи')).toMatch(/^ничьи 1 0/);
  });

  it('are narrowed by department, operator, subject and days in the address, and say so in the file', async () => {
    expect(await lineOn(`${third}&department=${stock}`, 'Всего')).toMatch(/^Всего 2 1 /);
    expect((await read({ from: '2026-03-03', to: '2026-03-03', department: stock })).total).toMatchObject({
      received: 2,
      answered: 1,
      waiting: 2,
    });
    expect((await read({ from: '2026-03-03', to: '2026-03-03', operator: boris.id })).total).toMatchObject({
      received: 1,
      answered: 1,
      closed: 0,
    });
    const page = await desk.see(`/admin/support-numbers?${third}&operator=${boris.id}`);
    expect(page.querySelector('select[name=operator] option[selected]')?.innerText.trim()).toBe('Борис');
    const file = await desk.get(`/admin/support-numbers/export/csv?${third}`).expect(200);
    const rows = file.text
      .trim()
      .split('\r\n')
      .map((row) => row.split(';'));
    expect(rows[1]?.slice(0, 6)).toEqual(['Всего', '', '12', '12', '5', '10']);
    expect(rows.filter(([part]) => part === 'Отдел').map((row) => row[2])).toEqual(['10', '2']);
    expect(await house.database.db.auditEvent.count({ where: { action: 'list.exported' } })).toBe(1);
  });

  it('show how much every operator has now, and where he is', async () => {
    await run(q`INSERT INTO operator_presence (user_id, seen_at) VALUES (${boris.id}, now())`);
    expect(await lineOn(third, 'Борис')).toMatch(/на месте.*в работе 1 из 10/);
  });

  it('of a long time are shown by the week', async () => {
    const { span, lines, total } = await read({ from: '2025-06-01', to: '2026-03-03' });
    expect([span.step, span.days.length]).toEqual([7, 40]);
    expect(sum(lines.step, 'received')).toBe(total.received);
    expect((await read({ from: '2020-01-01', to: '2026-03-03' })).span.days[0]).toBe('2025-03-03');
    expect((await read({ from: '2026-03-09', to: '2026-03-03' })).span.days).toEqual(['2026-03-03']);
  });

  it('are for those who may see statistics, and of his own department, page and file, for its head', async () => {
    const head = await house.as(boris);
    await head.get('/admin/support-numbers').expect(403);
    await head.get('/admin/support-numbers/export/csv').expect(403);
    await run(q`UPDATE departments SET head_id = ${boris.id} WHERE id = ${stock}`);
    await (await house.as(sveta)).get('/admin/support-numbers').expect(403);
    await head.get('/admin').expect(403);
    const page = await head.see(`/admin/support-numbers?${third}`);
    expect(page.querySelector('nav a[href="/admin/support-numbers"]')).not.toBeNull();
    expect(page.querySelectorAll('select[name=department] option').map(({ innerText }) => innerText.trim())).toEqual([
      'Все отделы',
      'Склад',
    ]);
    expect(plain(page.querySelector('main')?.innerText)).not.toContain('Света');
    const rowsOf = async (query: string) =>
      (await head.get(`/admin/support-numbers/export/csv?${query}`).expect(200)).text.trim().split('\r\n').slice(1);
    expect((await rowsOf(third)).map((row) => row.split(';').slice(0, 4).join(' '))).toEqual([
      'Всего  2 1',
      'Отдел Склад 2 1',
      expect.stringMatching(/^Тема .* 2 1$/),
      'Оператор Борис 1 1',
      'Оператор ничьи 1 0',
      'День 03.03.2026 2 1',
    ]);
    expect((await rowsOf(`${third}&department=${main}`))[0]).toMatch(/^Всего;;0;0;/);
    // Links of reports from when he headed another, or any.
    await head
      .get(`/admin/support-numbers?department=${main}&${third}`)
      .expect(303)
      .expect('location', `/admin/support-numbers?${third}`);
    expect((await head.see(`/admin/support-numbers?${third}`)).innerText).toContain('Этого отдела среди ваших нет');
    await run(q`UPDATE departments SET head_id = NULL WHERE id = ${stock}`);
    const refused = seen(await head.get(`/admin/support-numbers?department=${stock}&${third}`), 403);
    expect(refused.innerText).toContain('Сейчас вы не руководите ни одним отделом');
  });
});

const sum = (lines: Numbers[], field: 'received' | 'answered' | 'closed' | 'rated' | 'waiting' | 'overdue'): number =>
  lines.reduce((all, line) => all + line[field], 0);

describe('numbers add up', () => {
  beforeAll(() =>
    run(q`
      INSERT INTO threads (person_id, department_id, purpose_id, assignee_id, created_at, last_message_at, status, waiting_since, closed_at,
        first_answer_at, first_answer_seconds, resolution_seconds, rating, rated_at, due_at, clock_from)
      SELECT ${person.id}, CASE n % 2 WHEN 0 THEN ${main}::int ELSE ${stock}::int END, (SELECT id FROM purposes ORDER BY id LIMIT 1 OFFSET n % 4),
        (ARRAY[${sveta.id}::int, ${boris.id}::int, NULL])[1 + n % 3], x.at, x.at, CASE WHEN n % 5 = 0 THEN 'open' ELSE 'closed' END::thread_status,
        CASE WHEN n % 5 = 0 THEN x.at END, CASE WHEN n % 5 > 0 THEN x.at + interval '30 hours' END,
        CASE WHEN n % 7 > 0 THEN x.at + interval '5 hours' END, CASE WHEN n % 7 > 0 THEN n * 13 % 5000 END,
        CASE WHEN n % 5 > 0 THEN n * 17 % 90000 END, CASE WHEN n % 10 = 1 THEN 1 + n % 5 END, CASE WHEN n % 10 = 1 THEN x.at + interval '50 hours' END,
        CASE WHEN n % 15 = 0 THEN x.at END, CASE WHEN n % 5 = 0 THEN x.at END
      FROM generate_series(1, 400) AS n, LATERAL (SELECT '2026-05-31 12:00+00'::timestamptz - n * interval '131 minutes' AS at) x`),
  );

  it.each([
    ['all of them', {}],
    ['a department', () => ({ department: stock })],
    ['an operator', () => ({ operator: sveta.id })],
    ['a subject', { purpose: 2 }],
  ])('the lines of every part are the total, of %s', async (_, narrowed) => {
    const filter = { period: 'month', ...(typeof narrowed === 'function' ? narrowed() : narrowed) };
    const { total, lines } = await read(filter, new Date('2026-05-31T12:00:00Z'));
    expect(total.received).toBeGreaterThan(50);
    for (const field of ['received', 'answered', 'closed', 'rated'] as const)
      expect(Object.fromEntries(parts.map((part) => [part, sum(lines[part], field)]))).toEqual(
        Object.fromEntries(parts.map((part) => [part, total[field]])),
      );
    for (const field of ['waiting', 'overdue'] as const)
      for (const part of ['department', 'purpose', 'operator'] as const)
        expect(sum(lines[part], field)).toBe(total[field]);
  });

  it('and are those of the threads, whatever is done with them', async () => {
    const at = await house.as(person);
    const [one, two] = [
      threadIn(await begin(house, at, 'Другое', 'Раз')),
      threadIn(await begin(house, at, 'Другое', 'Два')),
    ];
    await take(desk, one);
    await reply(house, desk, one, 'Отвечаю');
    await close(house, desk, one);
    const closed = (await read({ period: 'day' })).total;
    expect(closed).toMatchObject({ received: 2, answered: 1, closed: 1 });
    await desk.post(`/support/threads/${two}/merges`, { requestId: crypto.randomUUID(), fromId: one });
    await run(q`UPDATE threads SET department_id = ${stock} WHERE id = ${two}`);
    const wrong = await house.database.sql.rows(q`
      SELECT id, department_id, purpose_id, assignee_id, created_at, first_answer_at, first_answer_seconds, closed_at, resolution_seconds, rated_at, rating FROM threads
      EXCEPT SELECT thread_id, department_id, purpose_id, operator_id, created_at, first_answer_at, first_answer_seconds, closed_at, resolution_seconds, rated_at, rating FROM thread_numbers`);
    expect(wrong).toEqual([]);
    expect(await house.database.db.threadNumbers.count()).toBe(await house.database.db.thread.count());
  });
});
