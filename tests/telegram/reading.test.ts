import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import type { Visitor } from '../support/visitor.ts';
import { messagesOf, reply } from '../threads/talk.ts';
import { type BotHouse, chatOf, fault, messageOf, openBotHouse, type Person, tooMany } from './bot.ts';

let house: BotHouse;
let sveta: TestUser;
let support: Visitor;

beforeAll(async () => {
  house = await openBotHouse();
  sveta = await createUser(house, { name: 'Sveta', role: 'support' });
  support = await house.as(sveta);
});
afterAll(() => house.close());

const person = (id: number, first_name: string): Person => ({ id, first_name, language_code: 'ru' });

async function threadOf(guest: Person): Promise<number> {
  const { threads } = await chatOf(house, guest);
  expect(threads).toHaveLength(1);
  return threads[0]?.id ?? 0;
}

/** Telegram tells of several messages at once; `drain` reads them. */
const sends = (from: Person, ids: number[], more: (id: number) => object) =>
  Promise.all(ids.map((id) => house.tell({ message: { ...messageOf(from, id, ''), ...more(id) } })));
const document = (id: string) => ({ document: { file_id: id, file_unique_id: id, file_name: `${id}.txt` } });
const textsOf = async (from: Person) => (await messagesOf(house, await threadOf(from))).map(({ text }) => text);
const filesIn = async (from: Person) =>
  (
    await house.database.db.message.findMany({
      where: { threadId: await threadOf(from) },
      include: { attachments: true },
      orderBy: { id: 'asc' },
    })
  ).map(({ attachments }) => attachments.length);
const attemptsOf = async () => {
  const one = await house.database.db.telegramUpdate.findFirst({
    where: { doneAt: null },
    orderBy: { updateId: 'asc' },
  });
  return one?.attempts;
};
/** A picture of an album. */
const pictureOf = (album: string) => (id: number) => {
  house.stub.files.set(`p${id}`, Buffer.from(`p${id}`));
  return { media_group_id: album, photo: [{ file_id: `p${id}`, file_unique_id: '1', width: 1, height: 1 }] };
};

it('a short fault of Telegram’s files costs several nothing, however many readers come: a try is one of its file, and they are spaced', async () => {
  const gleb = person(6, 'Глеб');
  for (const id of ['a', 'b', 'c']) house.stub.files.set(id, Buffer.from(id));
  for (let tries = 0; tries < 3; tries += 1) house.stub.trouble('getFile', fault);
  await sends(gleb, [1, 2, 3], (id) => document('abc'.charAt(id - 1)));
  await Promise.all([house.drain(), house.drain()]);
  await house.drain();
  expect(await attemptsOf()).toBe(1);
  await house.hurry();
  await house.hurry();
  expect(await attemptsOf()).toBe(3);
  await house.hurry();
  expect(await textsOf(gleb)).toEqual(['', '', '']);
  expect(await filesIn(gleb)).toEqual([1, 1, 1]);
});

it('a file that cannot be had is given up after minutes, its message says why to staff, and what came after it is read', async () => {
  const zoya = person(7, 'Зоя');
  for (let tries = 0; tries < 6; tries += 1) house.stub.trouble('getFile', fault);
  // To wait as Telegram says is no failure.
  for (let waits = 0; waits < 9; waits += 1) house.stub.trouble('getFile', tooMany(9));
  house.stub.trouble('getFile', fault);
  await sends(zoya, [1], () => ({ ...document('z'), caption: 'Смотрите' }));
  await sends(zoya, [2], () => ({ text: 'И ещё' }));
  await house.drain();
  for (let tries = 0; tries < 14; tries += 1) await house.hurry();
  expect(await attemptsOf()).toBe(6);
  expect(await house.database.db.telegramChat.count({ where: { chatId: 7 } })).toBe(0);
  await house.hurry();
  expect(await textsOf(zoya)).toEqual([
    expect.stringMatching(/^Смотрите\n\[Файл «z\.txt» получить не удалось: Telegram долго его не отдавал/),
    'И ещё',
  ]);
  const page = await support.see(`/support/threads/${await threadOf(zoya)}`);
  expect(page.text).toContain('Telegram долго его не отдавал');
});

it('where our own disk takes no file the words are kept, with a line that says so', async () => {
  const { FILES_DIR: folder } = house.config;
  await rm(folder, { recursive: true, force: true });
  await writeFile(folder, 'no folder');
  house.stub.files.set('d', Buffer.from('d'));
  await sends(person(8, 'Дина'), [1], () => ({ ...document('d'), caption: 'Вот' }));
  for (let tries = 0; tries < 7; tries += 1) await house.hurry().catch(() => undefined);
  await rm(folder);
  expect(await textsOf(person(8, 'Дина'))).toEqual([
    expect.stringMatching(/^Вот\n\[Файл «d\.txt» .*у нас он не сохранился/),
  ]);
});

it('the pictures of an album that are here together are one message, as many as it takes; a late one is its own, and none takes its words away', async () => {
  const alla = person(12, 'Алла');
  const picture = pictureOf('77');
  await house.write(alla, 'Здравствуйте');
  house.stub.trouble('getFile', fault, 2);
  await sends(alla, [21, 22, 23, 24, 25, 26], (id) => ({ ...picture(id), ...(id === 21 ? { caption: 'Шесть' } : {}) }));
  await house.drain();
  await house.hurry();
  await sends(alla, [27], picture);
  await house.drain();
  expect(await textsOf(alla)).toEqual(['Здравствуйте', 'Шесть', '', '']);
  expect(await filesIn(alla)).toEqual([0, 5, 1, 1]);
  expect((await chatOf(house, alla)).name).toBe('Алла');
  await house.tell({ edited_message: { ...messageOf(alla, 21, ''), ...picture(21), caption: 'Шесть штук' } });
  await house.tell({ edited_message: { ...messageOf(alla, 23, ''), ...picture(23) } });
  await house.drain();
  expect(await textsOf(alla)).toEqual(['Здравствуйте', 'Шесть штук', '', '']);
  // Words under another picture are no words of the album's.
  for (const caption of ['Третий', 'Третий, это он'])
    await house.tell({ edited_message: { ...messageOf(alla, 23, ''), ...picture(23), caption } });
  await house.drain();
  expect(await textsOf(alla)).toEqual(['Здравствуйте', 'Шесть штук', '', '', 'Третий, это он']);
  expect(await filesIn(alla)).toEqual([0, 5, 1, 1, 1]);
  // A command under a picture is no refusal of those that come with it.
  const other = pictureOf('81');
  await sends(alla, [28], (id) => ({ ...other(id), caption: '/help' }));
  await house.drain();
  await sends(alla, [29], other);
  await house.drain();
  expect(await filesIn(alla)).toEqual([0, 5, 1, 1, 1, 1]);
});

it('an album that is refused to an operator is refused whole, with what of it comes late, and that is said once', async () => {
  const [inna, me] = [person(13, 'Инна'), person(14, 'Света')];
  await house.write(inna, 'Пришлите снимки');
  await house.write(me, '/start');
  const thread = await threadOf(inna);
  const colleague = await house.as(await createUser(house, { name: 'Oleg', role: 'support' }));
  await reply(house, colleague, thread, 'Уже отправляю');
  await house.database.db.thread.update({ where: { id: thread }, data: { assigneeId: sveta.id } });
  await house.database.sql.run(q`
    UPDATE telegram_chats SET user_id = ${sveta.id}, proven_at = now(), dialogue_id = ${thread} WHERE chat_id = 14`);
  await sends(me, [31, 32, 33, 34, 35, 36], pictureOf('78'));
  await house.drain();
  await sends(me, [37], pictureOf('78'));
  await house.drain();
  expect(house.stub.said(14).filter((text) => text.includes('Пока вы писали'))).toHaveLength(1);
  expect(await textsOf(inna)).toEqual(['Пришлите снимки', 'Уже отправляю']);
  await sends(me, [38], pictureOf('79'));
  await house.drain();
  expect(await filesIn(inna)).toEqual([0, 0, 1]);
  // Who has read what came meanwhile, and changes the words, means to send it after all.
  await house.tell({ edited_message: { ...messageOf(me, 31, ''), ...pictureOf('78')(31), caption: 'И всё же' } });
  await house.drain();
  expect((await textsOf(inna)).at(-1)).toBe('И всё же');
});

it('whoever fetches files says before each that he is still at it', async () => {
  const oleg = person(15, 'Олег');
  const fetched = () => house.stub.calls.filter(({ method }) => method === 'getFile').length;
  const before = fetched();
  const first = house.stub.hold('getFile');
  await sends(oleg, [1, 2], pictureOf('80'));
  const reading = house.drain();
  await expect.poll(fetched).toBe(before + 1);
  const second = house.stub.hold('getFile');
  // The first takes so long that the claim ends with it.
  await house.database.sql.run(q`UPDATE telegram_updates SET due_at = now() WHERE done_at IS NULL`);
  first();
  await expect.poll(fetched).toBe(before + 2);
  const { dueAt } = await house.database.db.telegramUpdate.findFirstOrThrow({
    where: { doneAt: null },
    orderBy: { updateId: 'asc' },
  });
  second();
  await reading;
  expect(dueAt?.getTime()).toBeGreaterThan(Date.now() + 120_000);
  expect(await filesIn(oleg)).toEqual([2]);
});

it('an update that cannot even be opened is tried for minutes and then holds its chat up no longer', async () => {
  const rita = person(16, 'Рита');
  await sends(rita, [1], () => ({ document: { file_id: 'r', file_name: 5 } }));
  await sends(rita, [2], () => ({ text: 'Дальше' }));
  for (let tries = 0; tries < 6; tries += 1) await house.hurry().catch(() => undefined);
  expect(await attemptsOf()).toBe(6);
  await house.hurry();
  expect(await textsOf(rita)).toEqual(['Дальше']);
  const beyond = await house.database.db.telegramUpdate.findFirst({ where: { fault: { not: null } } });
  expect(beyond?.fault).toContain('TypeError');
});

it('an update whose job was lost with its worker is read all the same', async () => {
  await sends(person(17, 'Вера'), [1], () => ({ text: 'Ау' }));
  const { sql } = house.database;
  await sql.run(q`DELETE FROM pgboss.job WHERE name = 'telegram.read' AND state < 'active'`);
  await sql.run(q`UPDATE telegram_updates SET received_at = now() - interval '2 minutes' WHERE done_at IS NULL`);
  await house.services.jobs.enqueue(house.ctx(), 'telegram.sweep', {});
  await house.drain();
  expect(await textsOf(person(17, 'Вера'))).toEqual(['Ау']);
});

it('an edit that comes while its thread becomes part of another is carried to where the message is then', async () => {
  const nina = person(10, 'Нина');
  const id = await house.write(nina, 'Сказано');
  const from = await threadOf(nina);
  const { db, pool, sql } = house.database;
  const { purposeId, departmentId, guestId } = await db.thread.findUniqueOrThrow({ where: { id: from } });
  const into = (await db.thread.create({ data: { guestId, purposeId, departmentId } })).id;
  const blocked = q`datname = current_database() AND wait_event_type = 'Lock'`;
  const waiting = async () => (await sql.rows(q`SELECT pid FROM pg_stat_activity WHERE ${blocked}`)).length;
  const holder = await pool.connect();
  await holder.query('BEGIN; LOCK TABLE audit_events IN SHARE MODE');
  const merge = support
    .post(`/support/threads/${into}/merges`, { requestId: crypto.randomUUID(), fromId: from })
    .then(({ status }) => expect(status).toBe(303));
  await expect.poll(waiting).toBe(1);
  const edited = house.edit(nina, id, 'Иначе');
  await expect.poll(waiting).toBe(2);
  await holder.query('ROLLBACK');
  holder.release();
  await Promise.all([merge, edited]);
  expect((await messagesOf(house, into)).map(({ text }) => text)).toEqual(['Иначе']);
});
