import { afterAll, beforeAll, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { notify } from '../../src/modules/notifications/index.ts';
import { baseOf } from '../factories/bases.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import type { Visitor } from '../support/visitor.ts';
import { messagesOf, reply, threadIdOf, write } from '../threads/talk.ts';
import { type BotHouse, chatOf, openBotHouse, type Person } from './bot.ts';

let house: BotHouse;
let sveta: TestUser;
let support: Visitor;
let count = 200;

beforeAll(async () => {
  house = await openBotHouse();
  sveta = await createUser(house, { name: 'Sveta', role: 'support' });
  support = await house.as(sveta);
  await house.services.jobs.enqueue(house.ctx(), 'telegram.check', {});
  await house.drain();
});
afterAll(() => house.close());

const inTelegram = (first_name: string): Person => {
  count += 1;
  return { id: count, first_name, language_code: 'ru' };
};
const codeOf = async (browser: Visitor): Promise<string> => {
  const { text } = await browser.post('/account/telegram/codes').expect(200);
  return /data-code>([A-Z0-9-]+)</.exec(text)?.[1] ?? '';
};
const last = ({ id }: Person): string => house.stub.said(id).at(-1) ?? '';

/** A user who has linked his Telegram through the profile. */
async function linked(user: TestUser, name = 'Телеграм'): Promise<Person> {
  const person = inTelegram(name);
  await house.write(person, `/start ${await codeOf(await house.as(user))}`);
  expect(last(person)).toContain('Telegram подключён');
  return person;
}

it('a code from the profile links a Telegram once and for ten minutes; only its hash is kept; an older one stops working', async () => {
  const marina = await createUser(house, { name: 'Marina' });
  const browser = await house.as(marina);
  const [first, code] = [await codeOf(browser), await codeOf(browser)];
  expect(code).toMatch(/^[A-Z0-9]{5}-[A-Z0-9]{5}$/);
  const page = await browser.post('/account/telegram/codes');
  expect(page.text).toContain('https://t.me/stub_cabinet_bot?start=');
  const { codeHash } = await house.database.db.telegramCode.findFirstOrThrow({ where: { userId: marina.id } });
  expect(codeHash).toMatch(/^[0-9a-f]{64}$/);
  const [me, stranger] = [inTelegram('Марина'), inTelegram('Чужой')];
  for (const old of [first, code]) {
    await house.write(me, `/start ${old}`);
    expect(last(me)).toContain('Код не подошёл');
  }
  const good = await codeOf(browser);
  // As somebody types it.
  await house.write(me, `/auth ${good.toLowerCase().replace('-', ' ')}`);
  expect(last(me)).toContain('Telegram подключён, Marina');
  await house.write(stranger, `/start ${good}`);
  expect(last(stranger)).toContain('Код не подошёл');
  expect((await browser.see('/account/telegram')).text).toContain('Сообщения от Марина');

  const late = await codeOf(browser);
  await house.database.sql.run(q`UPDATE telegram_codes SET expires_at = now() - interval '1 second'`);
  await house.write(stranger, `/start ${late}`);
  expect(last(stranger)).toContain('Код не подошёл');
  const actions = (await house.database.db.auditEvent.findMany({ where: { userId: marina.id } })).map(
    ({ action }) => action,
  );
  expect(actions).toEqual(expect.arrayContaining(['telegram.code_made', 'telegram.linked']));
});

it('five wrong codes from a chat, and for ten minutes no code is looked at; too many codes are not made', async () => {
  const guesser = inTelegram('Гадалка');
  const browser = await house.as(await createUser(house));
  const code = await codeOf(browser);
  for (let tries = 0; tries < 5; tries += 1) await house.write(guesser, `/auth WRONG-0000${tries}`);
  await house.write(guesser, `/auth ${code}`);
  expect(last(guesser)).toContain('Слишком много неверных кодов');
  expect((await chatOf(house, guesser)).userId).toBeNull();
  await house.database.sql.run(
    q`UPDATE telegram_chats SET wrong_since = now() - interval '11 minutes' WHERE chat_id = ${guesser.id}`,
  );
  await house.write(guesser, `/auth ${code}`);
  expect((await chatOf(house, guesser)).userId).not.toBeNull();
  for (let more = 0; more < 4; more += 1) await codeOf(browser);
  expect((await browser.post('/account/telegram/codes')).status).toBe(429);
});

it('what a linked user writes goes into the thread that he answers or his newest open one; a new one asks what it is about', async () => {
  const agent = await createUser(house, { name: 'Agent' });
  const me = await linked(agent);
  await house.write(me, 'Не хватает контактов');
  const thread = await threadIdOf(house, agent);
  expect(await messagesOf(house, thread)).toHaveLength(1);
  await house.press(me, 'Контакты и лимиты');
  const { purpose } = await house.database.db.thread.findUniqueOrThrow({
    where: { id: thread },
    include: { purpose: true },
  });
  expect(purpose.titleRu).toBe('Контакты и лимиты');
  await house.write(me, 'Ответьте, пожалуйста');
  expect(await messagesOf(house, thread)).toHaveLength(2);
  expect((await support.see(`/support/threads/${thread}`)).querySelector('.chat-facts')?.text).toMatch(
    /Telegram\s*подключён/,
  );

  await reply(house, support, thread, 'Добавили лимит');
  await house.drain();
  expect(last(me)).toBe('Добавили лимит');
  const answer = house.stub.done.at(-1)?.message_id;
  await support.post('/support/threads/closures', { ids: [thread] }).expect(303);
  await house.drain();
  await house.press(me, '5');
  const { rating } = await house.database.db.thread.findUniqueOrThrow({ where: { id: thread } });
  expect([rating, last(me)]).toEqual([5, expect.stringContaining('Ваша оценка: 5 из 5')]);
  await house.write(me, 'Другой вопрос');
  expect(await threadIdOf(house, agent)).not.toBe(thread);
  await house.write(me, 'Спасибо за лимит', {
    reply_to_message: { message_id: answer, date: 1, chat: { id: me.id, type: 'private' } },
  });
  expect((await messagesOf(house, thread)).at(-1)?.text).toBe('Спасибо за лимит');
  // With two open threads an answer says which one it is of.
  await reply(house, support, thread, 'Пожалуйста');
  await house.drain();
  expect(last(me)).toBe('«Контакты и лимиты»\nПожалуйста');
  // Whoever has it in Telegram gets no letter besides.
  await house.hurry();
  expect(
    await house.database.db.notificationEvent.count({ where: { type: 'support.answer', personId: agent.id } }),
  ).toBe(0);
});

it('commands answer by role: an agent hears his allowance and leads of today, a guest and a stranger’s link nothing', async () => {
  const agent = await createUser(house, { name: 'Worker' });
  const me = await linked(agent);
  const base = await baseOf(house, 'telegram');
  await house.write(me, '/contacts');
  expect(last(me)).toContain(`${base.name}: 50 из 50`);
  await house.write(me, '/leads');
  expect(last(me)).toContain('лидов ещё нет');
  await house.write(me, '/help');
  expect(last(me)).toContain('/leads');
  await house.write(me, '/auth');
  expect(last(me)).toContain('Вы Worker, исполнитель');
  await house.write(me, '/status');
  expect(last(me)).toMatch(/активна[\s\S]*0 открытых обращений/);
  await house.write(me, '/clients');
  expect(last(me)).toContain('не для вас');
  await house.database.db.user.update({ where: { id: agent.id }, data: { locale: 'en' } });
  await house.write(me, '/auth');
  expect(last(me)).toContain('You are Worker, an agent');
  const nobody = inTelegram('Никто');
  for (const command of ['/contacts', '/leads', '/clients']) {
    await house.write(nobody, command);
    expect(last(nobody)).toContain('не для вас');
  }
  await house.write(nobody, '/help');
  expect(last(nobody)).not.toContain('/leads');
  // A command is no message, so no thread begins.
  expect((await chatOf(house, nobody)).threads).toHaveLength(0);
});

it('a ban counts from the next message on, and unlinking, in the bot or in the profile, makes the chat nobody’s', async () => {
  const agent = await createUser(house, { name: 'Banned' });
  const me = await linked(agent);
  const said = await house.write(me, 'Сказано до закрытия');
  await house.database.db.user.update({ where: { id: agent.id }, data: { status: 'banned' } });
  await house.write(me, 'Пустите');
  expect(last(me)).toBe('Доступ закрыт.');
  await house.edit(me, said, 'Сказано иначе');
  await house.write(me, '/unlink');
  expect(last(me)).toBe('Доступ закрыт.');
  expect((await chatOf(house, me)).userId).toBe(agent.id);
  const texts = (await messagesOf(house, await threadIdOf(house, agent))).map(({ text }) => text);
  expect(texts).toContain('Сказано до закрытия');
  expect(texts.join()).not.toMatch(/Пустите|Сказано иначе/);

  const other = await createUser(house, { name: 'Other' });
  const his = await linked(other);
  await house.write(his, '/unlink');
  await house.press(his, 'Отключить');
  expect((await chatOf(house, his)).userId).toBeNull();
  const again = await linked(other);
  const browser = await house.as(other);
  await browser.post('/account/telegram/unlinking').expect(303);
  expect((await chatOf(house, again)).userId).toBeNull();
  await write(browser, 'Пишу из кабинета');
  await reply(house, support, await threadIdOf(house, other), 'Ответ только в кабинете');
  await house.drain();
  expect(house.stub.said(again.id)).not.toContain('Ответ только в кабинете');
});

it('staff answer from the bot in the dialogue that they chose, see what the person says meanwhile, and whether it arrived', async () => {
  const me = await linked(sveta, 'Света');
  await house.write(me, 'В никуда');
  expect(last(me)).toContain('Сначала выберите диалог');
  const guest = inTelegram('Гость');
  await house.write(guest, 'Алло');
  const thread = (await chatOf(house, guest)).threads[0]?.id ?? 0;
  await support
    .post(`/support/threads/${thread}/assignment`, { requestId: crypto.randomUUID(), seenAssigneeId: '' })
    .expect(303);
  await house.write(me, '/clients');
  await house.press(me, 'Гость');
  expect(last(me)).toMatch(/Диалог: Гость[\s\S]*Алло/);
  await house.write(guest, 'Вы тут?');
  expect(last(me)).toMatch(/Гость:\nВы тут\?/);
  const mine = await house.write(me, 'Тут, слушаю');
  expect(house.stub.said(guest.id)).toContain('Тут, слушаю');
  expect(last(me)).toContain('Доставлено');
  expect((await messagesOf(house, thread)).at(-1)).toMatchObject({ text: 'Тут, слушаю', fromStaff: true });
  await house.edit(me, mine, 'Тут, слушаю вас');
  expect(house.stub.said(guest.id)).toContain('Тут, слушаю вас');

  house.stub.trouble('sendMessage', { error_code: 400, description: 'Bad Request: nope' });
  await house.write(me, 'Не дойдёт');
  expect(last(me)).toMatch(/Не доставлено[\s\S]*не принял/);

  await house.write(me, '', {
    caption: 'С файлом',
    document: { file_id: 'none', file_unique_id: '1', file_name: 'a.txt' },
  });
  expect(last(me)).toMatch(/«a\.txt» получить не удалось[\s\S]*Ответ не отправлен/);
  expect((await messagesOf(house, thread)).at(-1)?.text).toBe('Не дойдёт');

  const colleague = await createUser(house, { name: 'Oleg', role: 'support' });
  await reply(house, await house.as(colleague), thread, 'И я отвечаю');
  await house.drain();
  expect(last(me)).toMatch(/Oleg:\nИ я отвечаю/);
  await house.database.sql.run(q`UPDATE telegram_chats SET dialogue_seen = 1 WHERE chat_id = ${me.id}`);
  await house.write(me, 'Не видел коллегу');
  expect(house.stub.said(me.id).slice(-2).join('\n')).toMatch(/Пока вы писали[\s\S]*Oleg/);
  expect((await messagesOf(house, thread)).map(({ text }) => text)).not.toContain('Не видел коллегу');
  const { db } = house.database;
  await db.thread.update({ where: { id: thread }, data: { assigneeId: colleague.id } });
  await house.write(guest, 'Слова для коллеги');
  await db.thread.update({ where: { id: thread }, data: { assigneeId: sveta.id } });
  await db.user.update({ where: { id: sveta.id }, data: { status: 'banned' } });
  await house.write(guest, 'Слова не для закрытых');
  await house.edit(me, mine, 'Подменённый ответ');
  await db.user.update({ where: { id: sveta.id }, data: { status: 'approved', role: 'user' } });
  await house.edit(me, mine, 'Ответ не сотрудника');
  await db.user.update({ where: { id: sveta.id }, data: { role: 'support' } });
  expect(house.stub.said(me.id).join()).not.toMatch(/Слова/);
  const answers = (await messagesOf(house, thread)).map(({ text }) => text).join();
  expect(answers).toContain('Тут, слушаю вас');
  expect(answers).not.toMatch(/Подменённый|не сотрудника/);
  await house.write(me, '/exit');
  await house.write(me, 'Уже не ответ');
  expect((await messagesOf(house, thread)).map(({ text }) => text)).not.toContain('Уже не ответ');
});

it('a notice goes to Telegram of who has linked it and wants it; the switch is shown to him alone', async () => {
  const admin = await house.as(await createUser(house, { role: 'admin' }));
  const [agent, plain] = [await createUser(house, { name: 'Noticed' }), await createUser(house)];
  const me = await linked(agent);
  const base = await baseOf(house, 'telegram');
  const browser = await house.as(agent);
  const telegramBoxes = (page: { querySelectorAll(selector: string): unknown[] }) =>
    page.querySelectorAll('input[value$=" telegram"]').length;
  expect(telegramBoxes(await browser.see('/notifications/settings'))).toBeGreaterThan(2);
  expect(telegramBoxes(await (await house.as(plain)).see('/notifications/settings'))).toBe(0);
  expect(telegramBoxes(await admin.see('/admin/notifications'))).toBeGreaterThan(5);
  const tell = async () => {
    await notify(house.ctx(), {
      type: 'limit.granted',
      personId: agent.id,
      subjectId: 1,
      params: { base: base.name, amount: 10, note: 'За работу' },
    });
    await house.drain();
    await house.hurry();
  };
  await tell();
  expect(last(me)).toMatch(/За работу\nhttps:\/\/cabinet\.example\.com\/cabinet\/contacts\/new/);
  const before = house.stub.said(me.id).length;
  await browser.post('/notifications/settings', { on: ['limit.granted cabinet'] }).expect(303);
  await tell();
  expect(house.stub.said(me.id)).toHaveLength(before);
});

it('the profile and the administrator’s page say how the bot fares', async () => {
  const admin = await house.as(await createUser(house, { role: 'admin' }));
  const page = await admin.see('/admin/telegram');
  expect(page.text).toMatch(/@stub_cabinet_bot[\s\S]*работает[\s\S]*Telegram вызывает нас/);
  expect((await admin.see('/account')).querySelector('a[href="/account/telegram"]')).not.toBeNull();
  house.stub.trouble('getMe', { error_code: 401, description: 'Unauthorized' });
  await house.services.jobs.enqueue(house.ctx(), 'telegram.check', {});
  await house.drain();
  expect((await admin.see('/admin/telegram')).text).toContain('Unauthorized');
});
