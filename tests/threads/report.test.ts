import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { reportedDay, sendReports } from '../../src/modules/support/report.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';

let house: TestHouse;
let head: TestUser;
let sveta: TestUser;
let department: number;
beforeAll(async () => {
  house = await openTestHouse();
  head = await createUser(house, { role: 'support', name: 'Head' });
  sveta = await createUser(house, { role: 'support', name: 'Света' });
  const [old, fresh] = [await createUser(house), await createUser(house)];
  const { db } = house.database;
  await db.user.update({ where: { id: head.id }, data: { locale: 'en' } });
  department = (await db.department.findFirstOrThrow()).id;
  await run(q`UPDATE departments SET head_id = ${head.id}, created_at = '2026-01-01'`);
  await run(q`INSERT INTO operators (user_id) VALUES (${sveta.id})`);
  await run(q`INSERT INTO department_operators (department_id, user_id) VALUES (${department}, ${sveta.id})`);
  // Old wrote before; both wrote on the third of March, fresh twice; one waits with nobody.
  await thread(old, '2026-02-01T12:00+03:00', { closed: '2026-02-01T13:00+03:00' });
  await thread(old, '2026-03-03T10:00+03:00', {
    operator: sveta,
    answered: '2026-03-03T11:00+03:00',
    closed: '2026-03-03T19:59+03:00',
  });
  await thread(fresh, '2026-03-03T12:00+03:00', { operator: sveta, answered: '2026-03-03T20:00+03:00' });
  await thread(fresh, '2026-03-03T19:00+03:00', {});
});
afterAll(() => house.close());

const run = (text: ReturnType<typeof q>) => house.database.sql.run(text);
const at = (moment: string) => house.ctx({ now: new Date(moment) });
const reports = () => house.database.db.supportReport.findMany({ orderBy: { id: 'asc' } });
const days = async () => (await reports()).map(({ day }) => day.toISOString().slice(0, 10));
const letters = () => lettersTo(house.outbox, head.email);

async function thread(
  person: TestUser,
  begun: string,
  on: { operator?: TestUser; answered?: string; closed?: string },
): Promise<void> {
  const { operator, answered = null, closed = null } = on;
  await run(q`
    INSERT INTO threads (person_id, assignee_id, created_at, status, waiting_since, closed_at, first_answer_at, first_answer_seconds)
    VALUES (${person.id}, ${operator?.id ?? null}, ${begun}::timestamptz, ${closed ? 'closed' : 'open'}::thread_status,
      ${closed ? null : begun}::timestamptz, ${closed}::timestamptz, ${answered}::timestamptz, ${answered ? 60 : null}::int)`);
}

describe('the report of the day', () => {
  it('is about the last business day that was over when it was 22:00', () => {
    const clock = (endsAt: string) => ({ zone: 'Europe/Moscow', endsAt });
    const day = (moment: string, endsAt = '20:00') => reportedDay({ now: new Date(moment), clock: clock(endsAt) });
    expect(day('2026-03-03T21:59:59+03:00')).toBe('2026-03-02');
    expect(day('2026-03-03T22:00:00+03:00')).toBe('2026-03-03');
    expect(day('2026-03-04T21:00:00+03:00')).toBe('2026-03-03');
    expect(day('2026-03-03T22:00:00+03:00', '24:00')).toBe('2026-03-02');
  });

  it('is not there before 22:00, and is there once, however many workers ask for it', async () => {
    await sendReports(at('2026-03-03T21:59:00+03:00'));
    expect(await days()).toEqual(['2026-03-02']);
    await Promise.all(Array.from({ length: 4 }, () => sendReports(at('2026-03-03T22:00:00+03:00'))));
    await sendReports(at('2026-03-04T09:00:00+03:00'));
    expect(await days()).toEqual(['2026-03-02', '2026-03-03']);
  });

  it('says for each operator, and for what is nobody’s, what was received, answered and closed, who is new, who waits', async () => {
    expect((await reports()).at(-1)?.lines).toEqual([
      { operatorId: sveta.id, name: 'Света', received: 2, answered: 1, closed: 1, newPeople: 1, waiting: 1 },
      { operatorId: 0, name: '—', received: 1, answered: 0, closed: 0, newPeople: 0, waiting: 1 },
    ]);
  });

  it('comes to the head’s bell and by mail, in the head’s language', async () => {
    await house.drain();
    await house.drain();
    const at = await house.as(head);
    const page = await at.see('/notifications');
    expect(page.innerText).toContain('03.03.2026: 3 received, 1 answered, 1 closed, 2 waiting');
    const letter = (await letters()).find(({ subject }) => subject.includes('the day 03.03.2026'));
    expect(letter?.html).toContain(
      '<tr><td align="left">Света</td><td align="right">2</td><td align="right">1</td><td align="right">1</td><td align="right">1</td><td align="right">1</td></tr>',
    );
    expect(letter?.html).toContain('<td align="left">Total</td><td align="right">3</td>');
    const numbers = `/admin/support-numbers?department=${department}&from=2026-03-03&to=2026-03-03`;
    expect(letter?.text).toContain(numbers);
    expect((await at.see(numbers)).innerText).toContain('Света');
    expect(letter?.text).toContain('Света: Received 2, Answered 1, Closed 1, New people 1, Waiting now 1');
  });

  it('that a stopped worker missed is made up for once, and one that nobody should get is not made', async () => {
    await sendReports(at('2026-03-08T15:00:00+03:00'));
    await sendReports(at('2026-03-08T15:10:00+03:00'));
    expect((await days()).slice(2)).toEqual(['2026-03-07']);
    await run(q`UPDATE departments SET head_id = NULL`);
    await sendReports(at('2026-03-09T22:00:00+03:00'));
    expect(await days()).toHaveLength(3);
    await house.drain();
    expect(await letters()).toHaveLength(3);
  });
});
