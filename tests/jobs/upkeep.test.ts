import { randomUUID } from 'node:crypto';
import { access, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSqlTransaction } from '../../src/ctx.ts';
import { keepFile } from '../../src/files/files.ts';
import { removeOrphans } from '../../src/files/orphans.ts';
import { q } from '../../src/lib/sql.ts';
import { accountJobs } from '../../src/modules/accounts/jobs.ts';
import { archiveOldEvents } from '../../src/modules/audit/archive.ts';
import { record } from '../../src/modules/audit/index.ts';
import { archiveClosed } from '../../src/modules/support/archive.ts';
import { importThrough, oldSheet, phone, workbook } from '../factories/imports.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { begin, close, threadIn, threadRow } from '../threads/desk.ts';
import { createOwned } from '../whole/objects.ts';

let house: TestHouse;
let admin: TestUser;
let agent: TestUser;
let desk: Visitor;
let browser: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin' });
  agent = await createUser(house, { name: 'Марина' });
  [desk, browser] = [await house.as(admin), await house.as(agent)];
});
afterAll(() => house.close());

const day = 86_400_000;
const going = new AbortController().signal;
const later = (days: number) => house.ctx({ now: new Date(Date.now() + days * day) });
const run = (text: ReturnType<typeof q>) => house.database.sql.run(text);

describe('threads closed for ninety days', () => {
  let id: number;
  let fresh: number;
  const listed = async (query: string) =>
    (await desk.see(`/support?${query}`))
      .querySelectorAll('[href^="/support/threads/"]')
      .map((a) => a.getAttribute('href') ?? '');
  const isListed = async (query: string, thread: number) =>
    (await listed(query)).some((href) => href.startsWith(`/support/threads/${thread}`));

  beforeAll(async () => {
    id = threadIn(await begin(house, browser, 'Другое', 'Где мой попугай'));
    fresh = threadIn(await begin(house, browser, 'Другое', 'Где мой кот'));
    for (const thread of [id, fresh]) await close(house, desk, thread);
    await run(q`UPDATE threads SET closed_at = now() - interval '91 days' WHERE id = ${id}`);
    await run(q`UPDATE threads SET closed_at = now() - interval '89 days' WHERE id = ${fresh}`);
  });

  it('are archived once, whoever else does it at the same time, and nothing else is', async () => {
    expect(await archiveClosed(house.ctx(), AbortSignal.abort())).toBe(0);
    const done = await Promise.all([archiveClosed(house.ctx(), going), archiveClosed(house.ctx(), going)]);
    expect(done.sort()).toEqual([0, 1]);
    expect((await threadRow(house, id)).archivedAt).not.toBeNull();
    expect((await threadRow(house, fresh)).archivedAt).toBeNull();
    expect(await archiveClosed(house.ctx(), going)).toBe(0);
  });

  it('are out of the lists, and found by search and by their address', async () => {
    for (const query of ['', 'status=closed', 'view=unassigned'])
      expect([await isListed(query, id), await isListed(query, fresh)], query).toEqual([false, true]);
    expect(await isListed(`q=${encodeURIComponent('попугай')}`, id)).toBe(true);
    expect(await isListed(`q=${encodeURIComponent('попугай')}&status=closed`, id)).toBe(true);
    expect((await desk.see(`/support/threads/${id}`)).innerText).toContain('В архиве с');
    const plan = await house.database.sql.rows<{ 'QUERY PLAN': string }>(
      q`EXPLAIN SELECT FROM threads t WHERE t.assignee_id = 1 AND t.queue_rank < 2 ORDER BY t.queue_rank, t.queue_moment, t.id LIMIT 9`,
    );
    expect(JSON.stringify(plan)).toContain('threads_assignee_id_queue_rank');
  });

  it('come back when the person writes again, to where whoever waits is', async () => {
    await browser
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Попугай нашёлся' }, [])
      .expect(303);
    expect(await threadRow(house, id)).toMatchObject({ archivedAt: null, status: 'open', queueRank: 0 });
    expect(await isListed('', id)).toBe(true);
  });
});

describe('the journal', () => {
  const texts = async (query: string) =>
    (await desk.see(`/admin/audit?${query}`)).querySelector('main')?.innerText ?? '';

  it('hands what is older than the setting says to the archive, losing and doubling nothing', async () => {
    const old = {
      ...house.ctx({ now: new Date(Date.now() - 400 * day) }),
      origin: { ip: '203.0.113.9', userAgent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/140.0' },
    };
    const details = { seeds: 'чёрные' };
    for (let n = 0; n < 3; n += 1) await record(old, { action: 'parrot.fed', userId: agent.id, details });
    const before = await house.database.sql.rows(q`SELECT * FROM audit_all ORDER BY id`);
    await Promise.all([archiveOldEvents(house.ctx(), going), archiveOldEvents(house.ctx(), going)]);
    expect(await house.database.sql.rows(q`SELECT * FROM audit_all ORDER BY id`)).toEqual(before);
    expect(await house.database.db.auditArchive.count()).toBe(3);
    const whole = await house.database.sql.rows(q`SELECT * FROM audit_all ORDER BY id`);
    for (const change of [
      q`UPDATE audit_archive SET action = 'x'`,
      q`DELETE FROM audit_archive WHERE action = 'parrot.fed'`,
      q`DELETE FROM audit_events WHERE id = (SELECT max(id) FROM audit_events)`,
      q`TRUNCATE audit_archive`,
      q`TRUNCATE audit_events`,
    ])
      await expect(run(change)).rejects.toThrow('not rewritten');
    expect(await house.database.sql.rows(q`SELECT * FROM audit_all ORDER BY id`)).toEqual(whole);
  });

  it('finds what is archived when it is told to look there, and shows from where it was done', async () => {
    expect(await texts('q=чёрные')).toContain('Ничего не нашлось');
    const found = await texts('q=чёрные&archive=1');
    expect(found).toContain('203.0.113.9');
    expect(found).toContain('Chrome, Windows');
    const file = await desk.get('/admin/audit/export?format=csv&archive=1&action=parrot.fed').expect(200);
    expect(file.text.trim().split('\r\n')).toHaveLength(4);
    expect((await desk.see(`/admin/users/${agent.id}/audit`)).innerText).toContain('parrot.fed');
  });

  it('keeps events for as many months as an administrator says', async () => {
    const form = { 'leads.attachment-required': '1', 'accounts.registration-open': '1' };
    await desk.post('/admin/settings', { ...form, 'audit.months': 0 }).expect(422);
    await desk.post('/admin/settings', { ...form, 'audit.months': 24 }).expect(303);
    expect(await archiveOldEvents(later(300), going)).toBe(0);
    expect(await archiveOldEvents(later(800), going)).toBeGreaterThan(0);
  });

  it('is an operator’s log when it is asked for one operator', async () => {
    const sveta = await createUser(house, { role: 'support', name: 'Света' });
    await record(await house.ctxOf(sveta), { action: 'parrot.counted' });
    const log = await desk.get(`/admin/operators/${sveta.id}`).expect(303);
    const page = await desk.see(log.get('location') ?? '');
    expect(page.querySelector('[name=actor]')?.getAttribute('value')).toBe(`#${sveta.id} Света`);
    expect(page.querySelectorAll('td.cell-title').map((cell) => cell.innerText.trim())).toEqual(['parrot.counted']);
    expect(
      (await desk.see('/admin/departments')).querySelector(`a[href="/admin/operators/${sveta.id}"]`),
    ).not.toBeNull();
  });
});

describe('what has run out', () => {
  it('is deleted: sessions, links and counters; what still holds is not', async () => {
    const { db, sql } = house.database;
    await sql.run(
      q`INSERT INTO sessions (sid, sess, expire) SELECT 'old' || n, '{}', now() - interval '1 day' FROM generate_series(1, 30) AS n`,
    );
    await sql.run(
      q`INSERT INTO throttle_counters VALUES ('old', 1, now() - interval '1 hour'), ('new', 1, now() + interval '1 hour')`,
    );
    for (const [hash, days] of [
      ['old', -31],
      ['used', -29],
    ] as const)
      await db.oneTimeToken.create({
        data: {
          userId: agent.id,
          purpose: 'reset_password',
          tokenHash: hash,
          expiresAt: new Date(Date.now() + days * day),
        },
      });
    await sql.run(q`
      INSERT INTO telegram_codes (user_id, code_hash, expires_at)
      VALUES (${agent.id}, 'old', now() - interval '1 minute'), (${admin.id}, 'new', now() + interval '9 minutes')`);
    await desk.post('/admin/jobs/telegram.sweep/runs', { requestId: randomUUID() }).expect(303);
    await house.drain();
    for (let n = 0; n < 2; n += 1) await accountJobs[0]?.run(house.ctx(), {}, { id: randomUUID(), signal: going });
    expect(await db.session.count({ where: { sid: { startsWith: 'old' } } })).toBe(0);
    expect(
      (await db.throttleCounter.findMany({ where: { key: { in: ['old', 'new'] } } })).map(({ key }) => key),
    ).toEqual(['new']);
    expect((await db.oneTimeToken.findMany()).map(({ tokenHash }) => tokenHash)).toEqual(['used']);
    expect((await db.telegramCode.findMany()).map(({ codeHash }) => codeHash)).toEqual(['new']);
    await desk.see('/admin/settings');
  });
});

describe('files', () => {
  const upload = async (name: string) => {
    const path = join(tmpdir(), `lead-cabinet-orphan-${randomUUID()}`);
    await writeFile(path, name);
    return { path, originalName: name, size: name.length, field: 'files' };
  };
  const isThere = (storedAs: string) =>
    access(house.services.files.localPath(storedAs)).then(
      () => true,
      () => false,
    );
  const storedNames = async () => (await house.database.db.storedFile.findMany()).map(({ storedAs }) => storedAs);

  it('that anything refers to are never removed, and nobody’s are when they are a day old', async () => {
    await createOwned(house, agent);
    await importThrough(house, desk, 'base.xlsx', await workbook([oldSheet('Вотсап', [phone(1)])]));
    await browser.upload('/cabinet/leads', { requestId: randomUUID(), text: '' }, [
      { field: 'files', name: 'a.txt', content: 'draft' },
    ]);
    const used = await storedNames();
    const orphan = await keepFile(await house.ctxOf(agent), await upload('orphan.txt'));
    const bytes = await house.services.files.adopt((await upload('bytes.txt')).path);
    expect(await removeOrphans(house.ctx(), going)).toEqual({ rows: 0, bytes: 0 });
    expect(await removeOrphans(later(2), going)).toEqual({ rows: 1, bytes: 1 });
    expect(await removeOrphans(later(2), going)).toEqual({ rows: 0, bytes: 0 });
    expect((await storedNames()).sort()).toEqual(used.sort());
    expect(await Promise.all([...used, orphan.storedAs, bytes.storedAs].map(isThere))).toEqual([
      ...used.map(() => true),
      false,
      false,
    ]);
  });

  it('that a draft has come to refer to since the job looked are not removed under it', async () => {
    const file = await keepFile(await house.ctxOf(agent), await upload('meanwhile.txt'));
    await run(q`
      CREATE FUNCTION refer_meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO lead_draft_files (file_id, agent_id, request_id) SELECT OLD.id, OLD.uploaded_by_id, gen_random_uuid();
        RETURN OLD;
      END $$`);
    await run(
      q`CREATE TRIGGER refer_meanwhile BEFORE DELETE ON stored_files FOR EACH ROW EXECUTE FUNCTION refer_meanwhile()`,
    );
    await expect(removeOrphans(later(2), going)).rejects.toThrow('lead_draft_files');
    await run(q`DROP FUNCTION refer_meanwhile CASCADE`);
    expect([await isThere(file.storedAs), (await storedNames()).includes(file.storedAs)]).toEqual([true, true]);
    expect(await removeOrphans(later(2), going)).toEqual({ rows: 1, bytes: 0 });
  });

  it('that arrive at this very moment are left alone, before their row is there and after', async () => {
    const ctx = await house.ctxOf(agent);
    const kept = await inSqlTransaction(ctx, async (tx) => {
      const file = await keepFile(tx, await upload('now.txt'));
      // Its bytes lie there, and nobody else sees a row of it yet.
      expect(await removeOrphans(house.ctx(), going)).toEqual({ rows: 0, bytes: 0 });
      return file;
    });
    expect(await removeOrphans(house.ctx(), going)).toEqual({ rows: 0, bytes: 0 });
    expect([await isThere(kept.storedAs), (await storedNames()).includes(kept.storedAs)]).toEqual([true, true]);
  });
});
