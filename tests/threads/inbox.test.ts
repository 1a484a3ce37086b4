import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile, q, where } from '../../src/lib/sql.ts';
import { conditionsOf, InboxFilter } from '../../src/modules/support/inbox-filter.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { seen, type Visitor } from '../support/visitor.ts';
import { begin, close, take, threadIn, threadRow } from './desk.ts';
import { reply } from './talk.ts';

let house: TestHouse;
let bobUser: TestUser;
let bob: Visitor;
const ids: Record<string, number> = {};

beforeAll(async () => {
  house = await openTestHouse();
  bobUser = await createUser(house, { name: 'Bob', role: 'support' });
  bob = await house.as(bobUser);
  const { db } = house.database;
  const leads = await db.department.create({
    data: { name: 'Лиды', nameKey: 'лиды', hours: Array(7).fill(null) },
  });
  await db.purpose.updateMany({ where: { titleRu: 'Лиды и проверки' }, data: { departmentId: leads.id } });
  const { id: departmentId } = await db.department.findFirstOrThrow({ where: { name: 'Поддержка' } });
  await db.operator.create({ data: { userId: bobUser.id, departments: { create: { departmentId } } } });
  for (const [name, about, minutes] of [
    ['Anna', 'Другое', 50],
    ['Vera', 'Лиды и проверки', 40],
    ['Gleb', 'Контакты и лимиты', 30],
    ['Zoya', 'Другое', 20],
    ['Denis', 'Лиды и проверки', 10],
  ] as const) {
    const at = await house.as(await createUser(house, { name }));
    const id = threadIn(await begin(house, at, about, 'Вопрос'));
    await house.database.sql.run(
      q`UPDATE threads SET waiting_since = now() - make_interval(mins => ${minutes}::int), last_message_at = now() - make_interval(mins => ${minutes}::int) WHERE id = ${id}`,
    );
    ids[name] = id;
  }
  // Anna waits unread; Vera is Bob's, read; Gleb has his answer; Zoya is over; Denis waits unread.
  await take(bob, idOf('Vera'));
  await bob.get(`/support/threads/${idOf('Vera')}`).expect(200);
  await reply(house, bob, idOf('Gleb'), 'Ответили');
  await close(house, bob, idOf('Zoya'));
});
afterAll(() => house.close());

const asBob = () => house.ctxOf(bobUser);
const search = (words: string) => InboxFilter.parse({ q: words });
const idOf = (name: string): number => ids[name] ?? 0;
const names = async (path: string): Promise<string[]> =>
  (await bob.see(path)).querySelectorAll('.queue-line .queue-name').map((name) => name.innerText.trim());

describe('the inbox', () => {
  it('puts unread before read, who waits before whom we wait for, and what is closed last', async () => {
    expect(await names('/support')).toEqual(['Anna', 'Denis', 'Vera', 'Gleb', 'Zoya']);
  });

  it('says of who waits how long he does, and of others when the last words came', async () => {
    const page = await bob.see('/support');
    const times = page.querySelectorAll('.queue-when time').map((time) => time.innerText.replace(/\s/g, ' '));
    expect(times).toEqual([
      ...['ждёт 50 мин', 'ждёт 10 мин', 'ждёт 40 мин'],
      ...[expect.stringMatching(/^(только что|.* назад)$/), expect.stringMatching(/^(только что|.* назад)$/)],
    ]);
    expect(page.querySelector('.queue-when time')?.getAttribute('title')).toMatch(/^Ждёт ответа с \d/);
  });

  it('has tabs: mine, nobody’s, my departments', async () => {
    expect(await names('/support?view=mine')).toEqual(['Vera', 'Gleb']);
    expect(await names('/support?view=unassigned')).toEqual(['Anna', 'Denis', 'Zoya']);
    expect(await names('/support?view=department')).toEqual(['Anna', 'Gleb', 'Zoya']);
  });

  it('is narrowed by status, subject, department, whose it is and tag, all in the address', async () => {
    const { db } = house.database;
    const purpose = await db.purpose.findFirstOrThrow({ where: { titleRu: 'Лиды и проверки' } });
    expect(await names('/support?status=unread')).toEqual(['Anna', 'Denis']);
    expect(await names('/support?show=unread')).toEqual(['Anna', 'Denis']);
    expect(await names('/support?status=open')).toEqual(['Anna', 'Denis', 'Vera']);
    expect(await names('/support?status=waiting')).toEqual(['Gleb']);
    expect(await names('/support?status=closed')).toEqual(['Zoya']);
    expect(await names(`/support?purpose=${purpose.id}`)).toEqual(['Denis', 'Vera']);
    expect(await names(`/support?department=${purpose.departmentId}&status=unread`)).toEqual(['Denis']);
    expect(await names(`/support?assignee=${bobUser.id}`)).toEqual(['Vera', 'Gleb']);
    await bob.post('/support/threads/tags', { ids: [idOf('Vera'), idOf('Zoya')], tag: 'Оплата' }).expect(303);
    expect(await names('/support?tag=оплата')).toEqual(['Vera', 'Zoya']);
    expect(await names('/support?status=nonsense&purpose=x&assignee=-1&tag=')).toHaveLength(5);
  });

  it('keeps its filter on the way to a thread and back, and goes on within it', async () => {
    const line =
      (await bob.see('/support?view=unassigned&status=unread')).querySelector('.queue-line')?.getAttribute('href') ??
      '';
    const page = await bob.see(line);
    expect(page.querySelector('.breadcrumb a, nav[aria-label] a[href^="/support?"]')?.getAttribute('href')).toContain(
      'view=unassigned',
    );
    const next = page.querySelectorAll('.page-actions > a').map((a) => a.getAttribute('href') ?? '');
    expect(next[0]).toContain(`/support/threads/${idOf('Denis')}?back=`);
    await bob.post(`/support/threads/${idOf('Anna')}/unread`).expect(303);
  });

  it('is searched by name, address, words and files', async () => {
    const vera = await house.database.db.user.findFirstOrThrow({ where: { name: 'Vera' } });
    const at = await house.as(vera);
    const file = { field: 'files', name: 'Квитанция за ноябрь.txt', content: 'x' };
    await at
      .upload(`/cabinet/support/threads/${idOf('Vera')}/messages`, { requestId: crypto.randomUUID(), text: '' }, [file])
      .expect(303);
    expect(await names('/support?q=квитанция')).toEqual(['Vera']);
    expect(await names(`/support?q=${encodeURIComponent(vera.email.toUpperCase())}`)).toEqual(['Vera']);
    expect(await names('/support?q=ОТВЕТИЛИ')).toEqual(['Gleb']);
    expect(await names('/support?q=GLE')).toEqual(['Gleb']);
    expect(await names('/support?q=zoya&status=open')).toEqual([]);
  });

  it('is searched by number, as headings and notices write it', async () => {
    const id = idOf('Gleb');
    for (const written of [`№${id}`, `№ ${id}`, `#${id}`])
      expect(await names(`/support?q=${encodeURIComponent(written)}`), written).toEqual(['Gleb']);
    expect(await names(`/support?q=${id}`)).toContain('Gleb');
    expect(await names('/support?q=№9999999999')).toEqual([]);
  });

  it('finds Russian words by an index, which under the character type C knows Latin letters only', async () => {
    const client = await house.database.pool.connect();
    try {
      await client.query('BEGIN');
      await client.query(
        'SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off',
      );
      const { text, values } = compile(
        q`EXPLAIN SELECT t.id FROM threads t ${where(conditionsOf(await asBob(), search('квитанция')))}`,
      );
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(text, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      for (const index of ['messages_parts', 'users_parts', 'stored_files_name_parts']) expect(plan).toContain(index);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
    const trigrams = await house.database.sql.row<{ n: number }>(
      q`SELECT cardinality(show_trgm(letters_of('Квитанция'))) AS n`,
    );
    expect(trigrams?.n).toBeGreaterThan(5);
  });

  it('finds what is shorter than an index can in the newest messages and in people', async () => {
    expect(await names('/support?q=gl')).toEqual(['Gleb']);
    expect(await names('/support?q=тв')).toEqual(['Gleb']);
  });
});

describe('many at once', () => {
  it('are closed, all but those with unread words, each with its mark, and it is written down once', async () => {
    const chosen = [idOf('Anna'), idOf('Gleb'), idOf('Zoya')];
    const answer = await bob.post('/support/threads/closures', { ids: chosen, back: '/support?status=open' });
    expect(answer.headers.location).toBe('/support?status=open');
    expect((await bob.see('/support')).innerText).toContain('Закрыто 1 обращение');
    expect(await threadRow(house, idOf('Anna'))).toMatchObject({ status: 'open' });
    expect(await threadRow(house, idOf('Gleb'))).toMatchObject({ status: 'closed', kinds: ['closed'] });
    const acts = await house.database.db.auditEvent.findMany({ where: { action: 'thread.closed', subjectId: null } });
    expect(acts.map(({ details }) => details)).toEqual([{ count: 1, ids: [idOf('Gleb')] }]);
  });

  it('are all that the filter finds, when all are meant', async () => {
    const form = { all: '1', back: '/support?status=unread', operatorId: bobUser.id };
    await bob.post('/support/threads/assignments', form).expect(303);
    const mine = await house.database.db.thread.findMany({ where: { assigneeId: bobUser.id, status: 'open' } });
    expect(mine.map(({ id }) => id).sort()).toEqual([idOf('Anna'), idOf('Vera'), idOf('Denis')].sort());
    expect(await threadRow(house, idOf('Zoya'))).toMatchObject({ assigneeId: null });
    await bob.post('/support/threads/assignments', form).expect(303);
    const again = await bob.see('/support');
    expect(again.querySelector('.toasts')?.innerText).toMatch(/К сведению: Передавать нечего/);
    expect(again.querySelector('select[name=operatorId]')?.innerText).toContain('Bob — не на сайте');
    // All of a list that nobody names would be everything, so it is nothing.
    const before = await house.database.db.thread.count({ where: { status: 'closed' } });
    for (const back of [{}, { back: '' }, { back: 'https://evil.example/support' }])
      await bob.post('/support/threads/closures', { all: '1', ...back }).expect(422);
    expect(await house.database.db.thread.count({ where: { status: 'closed' } })).toBe(before);
  });

  it('are refused in place when nothing is chosen, nobody named, no tag written, or the name cannot answer', async () => {
    const agent = await createUser(house);
    const wrong: [string, object, string][] = [
      ['closures', {}, 'Выберите хотя бы одно'],
      ['assignments', { ids: [idOf('Anna')] }, 'Выберите, кому передать'],
      ['assignments', { ids: [idOf('Anna')], operatorId: agent.id }, 'не может отвечать'],
      ['tags', { ids: [idOf('Anna')], tag: '  ' }, 'Напишите метку'],
    ];
    for (const [act, form, words] of wrong) {
      const page = seen(await bob.post(`/support/threads/${act}`, { ...form, back: '/support?view=mine' }), 422);
      expect(page.innerText).toContain(words);
      expect(page.querySelector('.tab-link[aria-current]')?.innerText).toContain('Мои');
    }
  });
});
