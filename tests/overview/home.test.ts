import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addDays, type BusinessDay, businessDayOf } from '../../src/lib/business-day.ts';
import { funnelByDay, sumsOf } from '../../src/modules/overview/funnel.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let agent: TestUser;
let admin: TestUser;
let desk: Visitor;
let today: BusinessDay;
beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin' });
  agent = await createUser(house);
  desk = await house.as(admin);
  today = businessDayOf(new Date(), house.services.clock);
});
afterAll(() => house.close());

const sql = (text: string, values: unknown[] = []) => house.database.pool.query(text, values);
const issue = (day: string, count: number) =>
  sql(
    `INSERT INTO issuance_tallies (agent_id, base_type_id, day, issued) SELECT $1, min(id), $2::date, $3 FROM base_types`,
    [agent.id, day, count],
  );
let leads = 0;
async function lead(day: string, status: string) {
  leads += 1;
  await sql(
    `WITH r AS (INSERT INTO lead_reports (agent_id, request_id) VALUES ($1, gen_random_uuid()) RETURNING id)
     INSERT INTO leads (report_id, agent_id, lead_type_id, key, value, source, status, day)
     SELECT r.id, $1, (SELECT min(id) FROM lead_types), $2, $2, 'self', $4::lead_status, $3::date FROM r`,
    [agent.id, `telegram:lead${leads}`, day, status],
  );
}
const matters = async () =>
  (await desk.see('/admin')).querySelectorAll('main li a.link').map((link) => link.getAttribute('href'));

describe("the staff's home", () => {
  it('adds up issued → reported → approved for today, 7 and 30 business days, each lead on the day of its report', async () => {
    await issue(today, 10);
    await issue(addDays(today, -6), 20);
    await issue(addDays(today, -7), 40);
    await issue(addDays(today, -29), 80);
    await issue(addDays(today, -30), 160);
    await lead(today, 'pending');
    await lead(today, 'approved');
    await lead(addDays(today, -6), 'rejected');
    await lead(addDays(today, -29), 'approved');
    await lead(addDays(today, -30), 'approved');
    const days = await funnelByDay(await house.ctxOf(admin), 30);
    expect(days).toHaveLength(30);
    expect([1, 7, 30].map((length) => sumsOf(days.slice(-length)))).toEqual([
      { issued: 10, reported: 2, approved: 1 },
      { issued: 30, reported: 3, approved: 1 },
      { issued: 150, reported: 4, approved: 2 },
    ]);
    const rows = (await desk.see('/admin')).querySelectorAll('tbody tr').slice(0, 3);
    expect(
      rows.map((row) => row.querySelectorAll('td').map((cell) => cell.innerText.trim().replace(/\s/g, ' '))),
    ).toEqual([
      ['Сегодня', '10', '2', '20 %', '1', '50 %'],
      ['7 отчётных дней', '30', '3', '10 %', '1', '33,3 %'],
      ['30 отчётных дней', '150', '4', '2,7 %', '2', '50 %'],
    ]);
  });

  it('names what waits, with a link to it, and nothing that does not', async () => {
    await sql('DELETE FROM leads');
    await sql(`UPDATE base_types SET active = false`);
    expect(await matters()).toEqual([]);
    expect((await desk.see('/admin')).innerText).toContain('Всё разобрано');

    await createUser(house, { status: 'pending' });
    await createUser(house, { status: 'pending', confirmed: false });
    await lead(today, 'pending');
    await sql(`UPDATE base_types SET active = true WHERE id = (SELECT min(id) FROM base_types)`);
    await sql(`INSERT INTO threads (person_id, unread_for_staff) VALUES ($1, 2)`, [agent.id]);
    await sql(
      `INSERT INTO limit_requests (agent_id, base_type_id, wanted, reason) SELECT $1, min(id), 5, 'ещё' FROM base_types`,
      [agent.id],
    );
    expect(await matters()).toEqual([
      '/admin/bases',
      '/admin/users?status=pending&confirmed=yes',
      '/admin/leads/queue',
      '/support',
      '/admin/limits',
    ]);
    expect((await desk.see('/admin')).innerText).toContain('заявка на регистрацию');
  });

  it('reminds of who waits after somebody has read him, and of whom we are late for', async () => {
    await sql(
      `INSERT INTO threads (person_id, waiting_since, due_at) VALUES ($1, now() - interval '2 hours', now() - interval '1 hour')`,
      [agent.id],
    );
    const lines = (await desk.see('/admin')).querySelectorAll('main li').map((line) => ({
      href: line.querySelector('a.link')?.getAttribute('href'),
      words: line.innerText.trim().replace(/\s+/g, ' '),
    }));
    expect(lines.filter(({ href }) => href?.startsWith('/support'))).toEqual([
      { href: '/support?status=overdue', words: '1 обращение просрочено' },
      { href: '/support', words: '1 непрочитанный диалог' },
      { href: '/support?status=open', words: '2 человека ждут ответа' },
    ]);
  });

  it('is what an administrator sees first; support and agents do not', async () => {
    await desk.get('/').expect(303).expect('location', '/admin');
    await (await house.as(await createUser(house, { role: 'support' }))).get('/admin').expect(403);
    await (await house.as(agent)).get('/admin').expect(403);
  });
});
