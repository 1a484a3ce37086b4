import { afterAll, beforeAll, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser } from '../factories/users.ts';
import type { Visitor } from '../support/visitor.ts';
import { messagesOf, reply } from '../threads/talk.ts';
import { type BotHouse, chatOf, fault, openBotHouse, type Person, tooMany } from './bot.ts';

let house: BotHouse;
let support: Visitor;
let count = 0;

beforeAll(async () => {
  house = await openBotHouse();
  support = await house.as(await createUser(house, { name: 'Sveta', role: 'support' }));
});
afterAll(() => house.close());

/** Somebody who has written from Telegram, and his thread. */
async function guest(): Promise<Person & { thread: number }> {
  count += 1;
  const person = { id: 40 + count, first_name: `Гость${count}`, language_code: 'ru' };
  await house.write(person, 'Вопрос');
  const { threads } = await chatOf(house, person);
  return { ...person, thread: threads[0]?.id ?? 0 };
}

const answer = async (thread: number, text: string): Promise<number> => {
  await reply(house, support, thread, text);
  return (await messagesOf(house, thread)).at(-1)?.id ?? 0;
};
const said = ({ id }: Person, text: string): number => house.stub.said(id).filter((one) => one === text).length;
const delivery = (messageId: number) =>
  house.database.db.messageDelivery.findUniqueOrThrow({
    where: { messageId_channel: { messageId, channel: 'telegram' } },
  });
const bubble = async (thread: number, id: number) =>
  (await support.see(`/support/threads/${thread}`)).querySelector(`#m${id}`);
const retry = (thread: number, id: number) => support.post(`/support/threads/${thread}/messages/${id}/delivery`);

it('Telegram’s "retry after" is obeyed, and what comes later waits its turn', async () => {
  const person = await guest();
  house.stub.trouble('sendMessage', tooMany(40));
  const first = await answer(person.thread, 'Первый');
  await house.drain();
  await answer(person.thread, 'Второй');
  await house.drain();
  expect(said(person, 'Первый') + said(person, 'Второй')).toBe(0);
  const { dueAt, state } = await delivery(first);
  expect(state).toBe('sending');
  expect(dueAt.getTime() - Date.now()).toBeGreaterThan(30_000);
  expect((await bubble(person.thread, first))?.text).toContain('отправляется в Telegram');
  // To be told to wait, however often, uses up no try.
  for (let waits = 0; waits < 8; waits += 1) {
    house.stub.trouble('sendMessage', tooMany(40));
    await house.hurry();
  }
  house.stub.trouble('sendMessage', fault);
  await house.hurry();
  expect(await delivery(first)).toMatchObject({ state: 'sending', attempts: 1 });
  await house.hurry();
  expect(house.stub.said(person.id).slice(-2)).toEqual(['Первый', 'Второй']);
  expect((await bubble(person.thread, first))?.text).not.toContain('отправляется');
});

it('who has blocked the bot is marked: the answer says why it did not arrive, and goes when he is back and it is sent again', async () => {
  const person = await guest();
  house.stub.trouble('sendMessage', { error_code: 403, description: 'Forbidden: bot was blocked by the user' });
  const first = await answer(person.thread, 'Вы там?');
  await house.drain();
  const second = await answer(person.thread, 'Ау');
  await house.drain();
  expect((await delivery(second)).reason).toBe('blocked');
  const page = await support.see(`/support/threads/${person.thread}`);
  expect(page.querySelector(`#m${first}`)?.text).toMatch(
    /не доставлено[\s\S]*заблокировал бота[\s\S]*Отправить ещё раз/,
  );
  expect(page.querySelector('main')?.text).toContain('бот заблокирован');
  expect(house.stub.said(person.id)).not.toContain('Вы там?');

  await house.write(person, 'Я тут');
  await Promise.all([retry(person.thread, first), retry(person.thread, first)]);
  await house.drain();
  expect(said(person, 'Вы там?')).toBe(1);
  expect((await delivery(first)).state).toBe('sent');
  await house.tell({
    my_chat_member: {
      chat: { id: person.id, type: 'private' },
      from: person,
      date: 1,
      new_chat_member: { status: 'kicked' },
    },
  });
  await house.drain();
  expect((await chatOf(house, person)).blockedAt).not.toBeNull();
});

it('while Telegram cannot be reached the answer waits, the page is as quick as ever, and in the end it arrives once', async () => {
  const person = await guest();
  await house.stub.down();
  const id = await answer(person.thread, 'Дойдёт позже');
  await house.drain();
  await house.hurry();
  expect(await delivery(id)).toMatchObject({ state: 'sending', attempts: 2 });
  await house.stub.up();
  await house.hurry();
  await house.hurry();
  expect(said(person, 'Дойдёт позже')).toBe(1);

  await house.stub.down();
  const lost = await answer(person.thread, 'Не дойдёт');
  for (let tries = 0; tries < 8; tries += 1) await house.hurry();
  expect(await delivery(lost)).toMatchObject({ state: 'failed', reason: 'unreachable' });
  await house.stub.up();
});

it.each(['answer lost', 'not json'] as const)(
  'an answer of which nobody knows whether it arrived (%s) is not sent again unless staff say so',
  async (trouble) => {
    const person = await guest();
    house.stub.trouble('sendMessage', trouble);
    const id = await answer(person.thread, 'Дошло или нет?');
    await house.drain();
    await house.hurry();
    const arrived = trouble === 'answer lost' ? 1 : 0;
    expect(said(person, 'Дошло или нет?')).toBe(arrived);
    expect((await bubble(person.thread, id))?.text).toMatch(/могло дойти[\s\S]*Отправить ещё раз/);
    await retry(person.thread, id).expect(303);
    await house.drain();
    expect(said(person, 'Дошло или нет?')).toBe(arrived + 1);
  },
);

it('a worker that dies in the midst of sending leaves it as unknown, and the rest of the chat goes on', async () => {
  const person = await guest();
  const id = await answer(person.thread, 'Обрыв');
  const next = await answer(person.thread, 'Дальше');
  await house.database.sql.run(q`
    UPDATE message_deliveries SET attempting_since = now() - interval '6 minutes' WHERE message_id = ${id}`);
  await house.drain();
  expect((await delivery(next)).state).toBe('sending');
  await house.database.sql.run(
    q`UPDATE message_deliveries SET due_at = now() - interval '2 minutes' WHERE message_id = ${next}`,
  );
  await house.services.jobs.enqueue(house.ctx(), 'telegram.sweep', {});
  await house.drain();
  expect(await delivery(id)).toMatchObject({ state: 'failed', reason: 'unknown' });
  expect(said(person, 'Дальше')).toBe(1);
});

const title = `«${'Т'.repeat(120)}»`;
const words = Array.from({ length: 999 }, (_, i) => `с${String(i).padStart(2, '0')}`.slice(0, 3))
  .join(' ')
  .padEnd(3999, 'ы');

/** Somebody with two threads: an answer says which one it is of, and so may be longer than Telegram takes. */
async function guestOfTwo() {
  const person = await guest();
  const { db, sql } = house.database;
  const { purposeId, departmentId, guestId } = await db.thread.findUniqueOrThrow({ where: { id: person.thread } });
  await db.thread.create({ data: { guestId, purposeId, departmentId } });
  await sql.run(q`UPDATE purposes SET title_ru = ${'Т'.repeat(120)} WHERE id = ${purposeId}`);
  const before = house.stub.done.length;
  return { ...person, shown: () => house.stub.done.slice(before).map(({ text, file }) => text ?? file?.name) };
}

it('a long answer goes in parts that end with words, and a further try goes on where the first stopped', async () => {
  const person = await guestOfTwo();
  const id = await answer(person.thread, words);
  await house.drain();
  const parts = person.shown().map(String);
  expect(parts).toHaveLength(2);
  expect(parts.every((part) => part.length <= 4096)).toBe(true);
  expect(parts.join(' ')).toBe(`${title}\n${words}`);
  expect(await delivery(id)).toMatchObject({ state: 'sent', partsSent: 2 });

  house.stub.trouble('sendMessage', fault, 1);
  await answer(person.thread, words);
  await house.drain();
  expect(person.shown()).toHaveLength(3);
  // It goes on as it began, whatever its thread is called by now.
  await house.database.sql.run(q`UPDATE purposes SET title_ru = 'Т' WHERE title_ru = ${'Т'.repeat(120)}`);
  await house.hurry();
  expect(person.shown()).toEqual([...parts, ...parts]);
});

const change = async (thread: number, id: number, text: string) => {
  const seen = await house.database.db.messageVersion.aggregate({ where: { messageId: id }, _max: { id: true } });
  const form = { text, seenVersion: seen._max.id ?? 0 };
  await support.post(`/support/threads/${thread}/messages/${id}`, form).expect(303);
};
const takeBack = (thread: number, id: number) =>
  support.post(`/support/threads/${thread}/messages/${id}/deletion`).expect(303);

it('with fewer words an answer has fewer parts there, with more it has them again; taken back it goes with its files, or staff see that it did not', async () => {
  const person = await guestOfTwo();
  const reply = { requestId: crypto.randomUUID(), text: words, lastSeenMessageId: 1e9 };
  const files = [{ field: 'files', name: 'договор.txt', content: 'Договор' }];
  await support.upload(`/support/threads/${person.thread}/messages`, reply, files).expect(303);
  await house.drain();
  const id = (await messagesOf(house, person.thread)).at(-1)?.id ?? 0;
  const [first, second] = person.shown();
  expect(person.shown()).toEqual([first, second, 'договор.txt']);
  // What is asked again harms nobody, so no doubt stops it; and to wait is no failure.
  house.stub.trouble('editMessageText', 'not json');
  house.stub.trouble('editMessageText', tooMany(5));
  await change(person.thread, id, 'Короче');
  await house.drain();
  await house.hurry();
  expect(await delivery(id)).toMatchObject({ attempts: 1 });
  await house.hurry();
  expect(person.shown()).toEqual([`${title}\nКороче`, 'договор.txt']);
  await change(person.thread, id, words);
  await house.drain();
  expect(person.shown()).toEqual([first, 'договор.txt', second]);

  house.stub.trouble('deleteMessage', { error_code: 400, description: "Bad Request: message can't be deleted" }, 1);
  await takeBack(person.thread, id);
  await house.drain();
  const lost = async () => (await bubble(person.thread, id))?.querySelector('.chat-undelivered')?.text;
  expect(await lost()).toMatch(/осталось прежнее[\s\S]*can't be deleted[\s\S]*Попробовать ещё раз/);
  await retry(person.thread, id).expect(303);
  await house.drain();
  expect(person.shown()).toEqual([]);
  expect(await lost()).toBeUndefined();
});

it('what is said otherwise or taken back while a part is on its way is carried when it has arrived', async () => {
  const person = await guestOfTwo();
  const sending = async (text: string, meanwhile: (id: number) => Promise<unknown>) => {
    const release = house.stub.hold('sendMessage');
    const calls = () => house.stub.calls.filter(({ method }) => method === 'sendMessage').length;
    const before = calls();
    const id = await answer(person.thread, text);
    const drained = house.drain();
    await expect.poll(calls).toBe(before + 1);
    await meanwhile(id);
    release();
    await drained;
    await house.drain();
    return delivery(id);
  };
  const shortened = await sending(words, (id) => change(person.thread, id, 'Короче'));
  expect(shortened).toMatchObject({ state: 'sent', reason: null });
  const { deliveredAt } = await house.database.db.message.findUniqueOrThrow({ where: { id: shortened.messageId } });
  expect(deliveredAt).not.toBeNull();
  expect(person.shown()).toEqual([`${title}\nКороче`]);
  const gone = await sending('Лишнее', (id) => takeBack(person.thread, id));
  expect(gone).toMatchObject({ state: 'sent', reason: null });
  expect(person.shown()).toEqual([`${title}\nКороче`]);
});

it('a slow Telegram holds up neither pages nor what comes in', async () => {
  const person = await guest();
  const release = house.stub.hold('sendMessage');
  const calls = () => house.stub.calls.filter(({ method }) => method === 'sendMessage').length;
  const before = calls();
  await answer(person.thread, 'Первый медленный');
  const sending = house.drain();
  await expect.poll(calls).toBe(before + 1);
  const second = await answer(person.thread, 'Второй медленный');
  expect(
    await house.tell({
      message: { message_id: 9, date: 1, chat: { id: person.id, type: 'private' }, from: person, text: 'Пока шлёте' },
    }),
  ).toBe(200);
  expect((await bubble(person.thread, second))?.text).toContain('отправляется');
  release();
  await sending;
  await house.drain();
  expect(house.stub.said(person.id).filter((text) => text.endsWith('медленный'))).toEqual([
    'Первый медленный',
    'Второй медленный',
  ]);
  expect((await messagesOf(house, person.thread)).at(-1)?.text).toBe('Пока шлёте');
});

it('workers that send at once send each answer once, in order', async () => {
  const person = await guest();
  const texts = ['раз', 'два', 'три', 'четыре'];
  for (const text of texts) await answer(person.thread, text);
  const { id: chatId } = await chatOf(house, person);
  for (const _ of texts) await house.services.jobs.enqueue(house.ctx(), 'telegram.deliver', { chatId });
  await Promise.all([house.drain(), house.drain(), house.drain()]);
  await house.drain();
  expect(house.stub.said(person.id).slice(-4)).toEqual(texts);
});

it('what Telegram refuses says in whose words; a stranger’s answer cannot be sent again', async () => {
  const person = await guest();
  house.stub.trouble('sendMessage', { error_code: 400, description: 'Bad Request: chat not found' });
  const id = await answer(person.thread, 'Кому?');
  await house.drain();
  expect((await bubble(person.thread, id))?.text).toMatch(/не принял[\s\S]*chat not found/);
  const other = await guest();
  await retry(other.thread, id).expect(404);
  const agent = await house.as(await createUser(house));
  expect((await agent.post(`/support/threads/${person.thread}/messages/${id}/delivery`)).status).toBe(403);
  expect(await house.database.db.auditEvent.count({ where: { action: 'message.resent' } })).toBeGreaterThan(0);
});
