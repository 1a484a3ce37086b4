import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createQueue, defineJob, type Job } from '../../src/jobs/queue.ts';
import { openRunBook } from '../../src/jobs/runs.ts';
import { q } from '../../src/lib/sql.ts';
import { sendMail } from '../../src/mail/jobs.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let desk: Visitor;
beforeAll(async () => {
  // Nobody listens there.
  house = await openTestHouse({ SMTP_URL: 'smtp://127.0.0.1:1' });
  desk = await house.as(await createUser(house, { role: 'admin' }));
});
afterAll(() => house.close());

const runOf = (name: string) => house.database.db.jobRun.findUnique({ where: { name } });
const queued = (name: string) =>
  house.database.sql.rows<{ id: string; slot: Date | null }>(
    q`SELECT id, singleton_on AS slot FROM pgboss.job WHERE name = ${name}`,
  );
async function rowOf(title: string): Promise<string> {
  const rows = (await desk.see('/admin/jobs')).querySelectorAll('tbody tr').map((row) => row.innerText);
  return rows.find((row) => row.includes(title))?.replace(/\s+/g, ' ') ?? '';
}
const worker = (jobs: Job[]) =>
  createQueue({ sql: house.database.sql, jobs, zone: 'Europe/Moscow', supervise: true, onError: () => {} });

describe('the page of jobs', () => {
  it('has every job of the house, in words, with its next run', async () => {
    const text = (await desk.see('/admin/jobs')).querySelector('main')?.innerText ?? '';
    expect(house.queue.known().filter(({ name }) => text.includes(name))).toEqual([]);
    for (const { name, cron } of house.queue.known()) {
      expect((await desk.get('/admin/jobs')).text.includes(`/admin/jobs/${name}/runs`), name).toBe(cron !== undefined);
    }
    expect(await rowOf('Уборка сеансов')).toMatch(/ещё не запускалось.*через \d+ (час|минут)/);
  });

  it('runs a job of the clock now, once for one form, and writes down who asked', async () => {
    const requestId = randomUUID();
    for (let n = 0; n < 2; n += 1) await desk.post('/admin/jobs/accounts.sweep/runs', { requestId }).expect(303);
    expect(await queued('accounts.sweep')).toHaveLength(1);
    expect(await house.database.db.auditEvent.findMany({ where: { action: 'job.started' } })).toMatchObject([
      { details: { job: 'accounts.sweep' } },
    ]);
    await house.drain();
    expect(await rowOf('Уборка сеансов')).toMatch(/только что, \d+ мс успешно/);
    expect(await runOf('accounts.sweep')).toMatchObject({ runs: 1, failures: 0, failed: false });
  });

  it('runs no other job by hand', async () => {
    await desk.post('/admin/jobs/mail.send/runs', { requestId: randomUUID() }).expect(404);
    await desk.post('/admin/jobs/no.such/runs', { requestId: randomUUID() }).expect(404);
    expect(await queued('mail.send')).toEqual([]);
  });

  it('says in words why a job failed, without what an address may hold', async () => {
    await sendMail(house.ctx(), { to: 'who@example.com', locale: 'ru', letter: 'approved' });
    await expect(house.drain()).rejects.toThrow();
    expect(await rowOf('Отправка письма')).toMatch(/ошибка ?Служба недоступна/);
    const book = openRunBook({ sql: house.database.sql, zone: 'Europe/Moscow', onError: () => {} });
    const error = new Error('Call to https://api.example.com/bot123456:AAAAAAAAAAAAAAAAAAAAAAAAA failed\n at line 3');
    book.note('leads.digest', { at: new Date(), ms: 5, error });
    await book.flush();
    expect(await rowOf('Call to')).toContain('Письма о решениях Сбой в программе Call to … failed 5 мс');
  });
});

describe('the book of runs', () => {
  it('is one row a job however often it runs, and keeps the last failures only', async () => {
    const book = openRunBook({ sql: house.database.sql, zone: 'Europe/Moscow', onError: () => {} });
    for (let n = 0; n < 60; n += 1) {
      book.note('parrots.fed', { at: new Date(), ms: n, ...(n % 2 ? { error: new Error(`seed ${n}`) } : {}) });
      if (n % 10 === 9) await book.flush();
    }
    expect(await runOf('parrots.fed')).toMatchObject({ runs: 60, failures: 30, failed: true, lastMs: 59 });
    const kept = await house.database.db.jobFailure.findMany({
      where: { name: 'parrots.fed' },
      orderBy: { id: 'desc' },
    });
    expect(kept.length).toBeLessThan(30);
    expect(kept.slice(0, 20).map(({ error }) => error)).toEqual(
      Array.from({ length: 20 }, (_, n) => `seed ${59 - 2 * n}`),
    );
  });

  it('counts the runs of today', async () => {
    await house.database.sql.run(q`UPDATE job_runs SET day = day - 1 WHERE name = 'parrots.fed'`);
    const book = openRunBook({ sql: house.database.sql, zone: 'Europe/Moscow', onError: () => {} });
    book.note('parrots.fed', { at: new Date(), ms: 1 });
    await book.flush();
    expect(await runOf('parrots.fed')).toMatchObject({ runs: 1, failures: 0, failed: false });
  });

  it('loses no run when the database was away for a moment', async () => {
    const { sql } = house.database;
    let away = true;
    const faults: Error[] = [];
    const door = {
      ...sql,
      run: async (...words: Parameters<typeof sql.run>) =>
        away ? Promise.reject(new Error('away')) : sql.run(...words),
    };
    const book = openRunBook({ sql: door, zone: 'Europe/Moscow', onError: (e) => faults.push(e) });
    book.note('parrots.lost', { at: new Date(), ms: 1 });
    await book.flush();
    away = false;
    book.note('parrots.lost', { at: new Date(), ms: 2 });
    await book.flush();
    expect(faults).toHaveLength(1);
    expect(await runOf('parrots.lost')).toMatchObject({ runs: 2, lastMs: 2 });
  });
});

describe('of two workers', () => {
  it('one runs what is in the queue and what the clock asks for, and the page counts it once', async () => {
    const ran: string[] = [];
    const noted = (name: string, cron?: string): Job =>
      defineJob({
        name,
        data: z.object({}),
        ...(cron ? { cron } : {}),
        run: async (_ctx, _data, { id }) => void ran.push(`${name} ${id}`),
      });
    const jobs = [noted('parrots.watered'), noted('parrots.woken', '* * * * *')];
    const first = worker(jobs);
    await first.open();
    await first.close();
    // Both come up at once, and both find that the clock has not been looked at.
    await house.database.sql.run(q`UPDATE pgboss.version SET cron_on = NULL`);
    const both = [worker(jobs), worker(jobs)];
    await Promise.all(both.map((one) => one.open()));
    for (let n = 0; n < 6; n += 1) await both[0]?.enqueue(house.ctx(), 'parrots.watered', {});
    await Promise.all(both.map((one) => one.work(() => house.ctx())));
    await expect.poll(() => ran.length, { timeout: 30_000, interval: 100 }).toBeGreaterThanOrEqual(7);
    await Promise.all(both.map((one) => one.close()));
    expect(new Set(ran).size).toBe(ran.length);
    expect((await runOf('parrots.watered'))?.runs).toBe(6);
    const woken = await queued('parrots.woken');
    expect(new Set(woken.map(({ slot }) => String(slot))).size).toBe(woken.length);
    expect((await runOf('parrots.woken'))?.runs).toBe(ran.filter((one) => one.startsWith('parrots.woken')).length);
  });
});
