import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { runImport } from '../../src/modules/imports/index.ts';
import {
  baseId,
  batchesOf,
  childOf,
  countsOf,
  holdBatch,
  importThrough,
  isHeld,
  keysIn,
  mixedCsv,
  phone,
  start,
  until,
  upload,
  verdictsOf,
} from '../factories/imports.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

vi.setConfig({ testTimeout: 60_000 });
// A hundred batches, so that a batch is a hundredth of the way.
const BATCH = 100;
const ROWS = 99.5 * BATCH;
const file = mixedCsv(ROWS);
let house: TestHouse;
let staff: Visitor;
let clean: { counts: object; keys: string[]; verdicts: number[] };

beforeAll(async () => {
  const other = await openTestHouse({ IMPORT_BATCH_ROWS: String(BATCH) });
  const boss = await other.as(await createUser(other, { role: 'admin' }));
  const id = await importThrough(other, boss, 'viber.csv', file);
  clean = {
    counts: await countsOf(other, id),
    keys: await keysIn(other, 'viber'),
    verdicts: await verdictsOf(other, id),
  };
  await other.close();
  house = await openTestHouse({ IMPORT_BATCH_ROWS: String(BATCH) });
  staff = await house.as(await createUser(house, { role: 'admin' }));
}, 120_000);
afterAll(() => house.close());

const forget = async (): Promise<void> => void (await house.database.sql.run(q`TRUNCATE contacts CASCADE`));
const state = async (id: number) => ({
  counts: await countsOf(house, id),
  keys: await keysIn(house, 'viber'),
  verdicts: await verdictsOf(house, id),
});
const started = async (): Promise<number> => {
  const id = await upload(staff, 'viber.csv', file);
  expect((await start(staff, id)).status).toBe(303);
  return id;
};
describe('an import that is interrupted', () => {
  it.each([0, 1, 50, 99])('ends like one that was not, after kill -9 at %i per cent of the way', async (done) => {
    await forget();
    const release = await holdBatch(house, done);
    const id = await started();
    const running = house.drain();
    await until(() => isHeld(house));
    expect(await batchesOf(house, id)).toHaveLength(done);
    process.kill((await childOf(house, id)) ?? 0, 'SIGKILL');
    await release();
    await running;
    expect(clean.counts).toMatchObject({ status: 'finished', rowsRead: ROWS });
    expect(await state(id)).toEqual(clean);
    expect(await batchesOf(house, id)).toHaveLength(100);
  });

  it('goes on by itself when its worker is gone', async () => {
    await forget();
    const id = await started();
    const release = await holdBatch(house, 1);
    const worker = new AbortController();
    const running = runImport(house.ctx(), id, worker.signal);
    await until(() => isHeld(house));
    worker.abort();
    await expect(running).rejects.toThrow('will go on');
    await release();
    expect((await countsOf(house, id)).status).toBe('running');
    await until(async () => (await childOf(house, id)) === undefined);
    await house.database.sql.run(q`DELETE FROM pgboss.job WHERE name = 'imports.run'`);
    await house.database.sql.run(q`UPDATE imports SET heartbeat_at = now() - interval '5 minutes' WHERE id = ${id}`);
    await house.queue.enqueue(house.ctx(), 'imports.resume-abandoned', {});
    await house.drain();
    expect(await state(id)).toEqual(clean);
  });

  it('waits for a person when it gets nowhere, and goes on at a word', async () => {
    await forget();
    const id = await started();
    // Whoever holds this lock keeps every import before its first batch.
    const keeper = await house.database.pool.connect();
    await keeper.query('SELECT pg_advisory_lock(7302, 0)');
    const running = house.drain();
    const dead = new Set<number>();
    for (let times = 0; times < 3; times += 1) {
      const child = await until(async () => {
        const pid = await childOf(house, id);
        return pid !== undefined && !dead.has(pid) && pid;
      });
      dead.add(child);
      process.kill(child, 'SIGKILL');
    }
    await running;
    await keeper.query('SELECT pg_advisory_unlock(7302, 0)');
    keeper.release();
    expect(await countsOf(house, id)).toMatchObject({ status: 'interrupted', rowsRead: 0 });
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.innerText).toContain('Загрузка прервалась');
    await staff.post(`/admin/imports/${id}/resumption`).expect(303);
    await house.drain();
    expect(await state(id)).toEqual(clean);
  });
});

describe('two imports at once', () => {
  it('lose nothing and double nothing', async () => {
    await forget();
    const [one, two] = [await started(), await started()];
    await Promise.all([runImport(house.ctx(), one), runImport(house.ctx(), two)]);
    const [a, b] = [await countsOf(house, one), await countsOf(house, two)];
    expect([a.status, b.status, a.rowsRead, b.rowsRead]).toEqual(['finished', 'finished', ROWS, ROWS]);
    expect((await keysIn(house, 'viber')).sort()).toEqual([...clean.keys].sort());
    expect(a.created + b.created).toBe(clean.keys.length);
    expect(a.created + a.alreadyInBase).toBe(clean.keys.length);
  });

  it('the same one run twice is run once', async () => {
    await forget();
    const id = await started();
    await Promise.all([runImport(house.ctx(), id), runImport(house.ctx(), id)]);
    await house.drain();
    expect(await state(id)).toEqual(clean);
  });
});

describe('stopping', () => {
  it('keeps what was created with its verdicts, and says which rows were not read', async () => {
    await forget();
    const id = await started();
    const release = await holdBatch(house, 1);
    const running = house.drain();
    await until(() => isHeld(house));
    await staff.post(`/admin/imports/${id}/cancellation`).expect(303);
    await release();
    await running;
    const counts = await countsOf(house, id);
    expect(counts.status).toBe('cancelled');
    expect(counts.rowsRead).toBeLessThan(ROWS);
    expect(await keysIn(house, 'viber')).toHaveLength(counts.created);
    const page = await staff.see(`/admin/imports/${id}`);
    expect(page.innerText).toContain('остановил');
  });

  it('of one that waits is at once, and a second word changes nothing', async () => {
    const id = await upload(staff, 'viber.csv', `${phone(9_999_999)}\n`);
    await start(staff, id, { base0: String(await baseId(house, 'viber')) });
    await staff.post(`/admin/imports/${id}/cancellation`).expect(303);
    await staff.post(`/admin/imports/${id}/cancellation`).expect(303);
    await house.drain();
    expect(await countsOf(house, id)).toMatchObject({ status: 'cancelled', rowsRead: 0 });
    const acts = await house.database.sql.rows(q`
      SELECT id FROM audit_events WHERE action = 'import.cancelled' AND subject_id = ${id}`);
    expect(acts).toHaveLength(1);
  });
});
