import { afterAll, beforeAll, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { bytes } from '../support/bytes.ts';
import type { Visitor } from '../support/visitor.ts';
import { messagesOf, reply } from '../threads/talk.ts';
import { type BotHouse, chatOf, messageOf, openBotHouse, type Person, tooMany } from './bot.ts';

let house: BotHouse;
let sveta: TestUser;
let support: Visitor;

beforeAll(async () => {
  house = await openBotHouse();
  sveta = await createUser(house, { name: 'Sveta', role: 'support' });
  support = await house.as(sveta);
});
afterAll(() => house.close());

const person = (id: number, first_name = 'Пётр'): Person => ({ id, first_name, language_code: 'ru' });

async function threadOf(guest: Person): Promise<number> {
  const { threads } = await chatOf(house, guest);
  expect(threads).toHaveLength(1);
  return threads[0]?.id ?? 0;
}

it('somebody unknown gets a thread at once, is asked name and phone once each, and every word of his is kept', async () => {
  const petr = { ...person(1), username: 'petr_tg' };
  await house.write(petr, 'Как у вас взять контакты?');
  await house.write(petr, 'Меня зовут Пётр Гостев');
  await house.write(petr, 'пишите на 8 (900) 000-00-71');
  await house.write(petr, 'И ещё вопрос');
  const thread = await threadOf(petr);
  expect((await messagesOf(house, thread)).map(({ text }) => text)).toEqual([
    'Как у вас взять контакты?',
    'Меня зовут Пётр Гостев',
    'пишите на 8 (900) 000-00-71',
    'И ещё вопрос',
  ]);
  expect(await chatOf(house, petr)).toMatchObject({
    name: 'Пётр Гостев',
    phone: '+79000000071',
    step: 'talking',
    username: 'petr_tg',
  });
  const said = house.stub.said(1).join('\n');
  expect(said.match(/Как к вам обращаться/g)).toHaveLength(1);
  expect(said.match(/По какому телефону/g)).toHaveLength(1);
  const inbox = await support.see('/support');
  expect(inbox.text).toMatch(/Пётр Гостев\s+Telegram, без аккаунта/);
});

it('who answers with a question, or presses "skip", is not asked again', async () => {
  const [asking, silent] = [person(2, 'Иван'), person(3, 'Ольга')];
  await house.write(asking, '/start');
  await house.write(asking, 'А вы вообще кто такие и сколько это стоит?');
  await house.write(asking, 'не скажу');
  expect(await chatOf(house, asking)).toMatchObject({ name: 'Иван', phone: null, step: 'talking' });
  expect(await messagesOf(house, await threadOf(asking))).toHaveLength(2);

  await house.write(silent, 'Здравствуйте');
  await house.press(silent, 'Пропустить');
  await house.press(silent, 'Пропустить');
  expect(await chatOf(house, silent)).toMatchObject({ name: 'Ольга', phone: null, step: 'talking' });
  // A contact shared by the button later is taken all the same.
  await house.write(silent, '', { contact: { phone_number: '79000000072', first_name: 'Ольга', user_id: 3 } });
  expect(await chatOf(house, silent)).toMatchObject({ phone: '+79000000072' });
  expect((await messagesOf(house, await threadOf(silent))).at(-1)?.text).toContain('79000000072');
});

it('an answer goes to him once, and what staff say otherwise is said otherwise there; what he edits is edited here', async () => {
  const olga = person(4, 'Ольга');
  const first = await house.write(olga, 'Когда вы работаете?');
  const thread = await threadOf(olga);
  await reply(house, support, thread, 'С девяти до восьми');
  await house.drain();
  expect(house.stub.said(4).filter((text) => text === 'С девяти до восьми')).toHaveLength(1);
  const [, answer] = await messagesOf(house, thread);
  await support
    .post(`/support/threads/${thread}/messages/${answer?.id}`, { text: 'С девяти до шести', seenVersion: 0 })
    .expect(303);
  await house.drain();
  expect(house.stub.said(4)).toContain('С девяти до шести');
  expect(house.stub.said(4)).not.toContain('С девяти до восьми');

  await house.edit(olga, first, 'Когда вы работаете в субботу?');
  await house.edit(olga, first, 'Когда вы работаете в субботу?');
  const [message] = await messagesOf(house, thread);
  expect(message?.text).toBe('Когда вы работаете в субботу?');
  expect(await house.database.db.messageVersion.count({ where: { messageId: message?.id ?? 0 } })).toBe(1);
  const page = await support.see(`/support/threads/${thread}`);
  expect(page.querySelector('.chat-edited')).not.toBeNull();
});

it('an edit that Telegram refuses is shown as such, also when a retry is pressed meanwhile, until one succeeds; one whose worker died is carried', async () => {
  const ira = person(18, 'Ира');
  await house.write(ira, 'Куда писать?');
  const thread = await threadOf(ira);
  await reply(house, support, thread, 'Сюда');
  await house.drain();
  const id = (await messagesOf(house, thread)).at(-1)?.id ?? 0;
  const address = `/support/threads/${thread}/messages/${id}`;
  const change = (text: string, seenVersion: number) => support.post(address, { text, seenVersion }).expect(303);
  const state = async () =>
    (await house.database.db.messageDelivery.findFirstOrThrow({ where: { messageId: id } })).state;
  const refusal = { error_code: 400, description: "Bad Request: message can't be edited" };
  for (let times = 0; times < 3; times += 1) house.stub.trouble('editMessageText', refusal);
  await change('Раз', 0);
  await house.drain();
  expect(await state()).toBe('failed');
  const edits = () => house.stub.calls.filter(({ method }) => method === 'editMessageText').length;
  const before = edits();
  const release = house.stub.hold('editMessageText');
  await change('Два', 1);
  const editing = house.drain();
  await expect.poll(edits).toBe(before + 1);
  await support.post(`${address}/delivery`).expect(303);
  await house.drain();
  expect(await state()).toBe('sending');
  release();
  await editing;
  expect(await state()).toBe('failed');

  const news: string[] = [];
  const hear = (told: 'again' | { name: string }) => news.push(told === 'again' ? told : told.name);
  const leave = house.services.live.subscribe(['support:staff'], hear);
  await expect.poll(() => news).toEqual(['again']);
  await change('Три', 2);
  await expect.poll(() => news).toEqual(['again', 'thread']);
  await house.drain();
  expect(await state()).toBe('sent');
  await expect.poll(() => news).toEqual(['again', 'thread', 'thread']);
  leave();

  await change('Четыре', 3);
  const { sql } = house.database;
  await sql.run(q`DELETE FROM pgboss.job WHERE name = 'telegram.edit' AND state < 'active'`);
  await sql.run(
    q`UPDATE message_deliveries SET revising_since = now() - interval '6 minutes', due_at = now() - interval '6 minutes'`,
  );
  await house.services.jobs.enqueue(house.ctx(), 'telegram.sweep', {});
  await house.drain();
  expect(house.stub.said(18)).toContain('Четыре');
});

it('files come with their words and go as files; what is larger than Telegram gives out is told of in a clear sentence', async () => {
  const { id, ...rest } = person(5, 'Фёдор');
  const fedor = { id, ...rest };
  house.stub.files.set('doc-1', Buffer.from('Содержимое'));
  await house.write(fedor, '', {
    caption: 'Вот файл',
    document: { file_id: 'doc-1', file_unique_id: '1', file_name: 'отчёт.txt', file_size: 20 },
  });
  await house.write(fedor, '', {
    document: { file_id: 'big', file_unique_id: '2', file_name: 'кино.mp4', file_size: 21 * 1024 * 1024 },
  });
  const thread = await threadOf(fedor);
  const messages = await messagesOf(house, thread);
  expect(messages[0]?.text).toBe('Вот файл');
  expect(messages[1]?.text).toMatch(/«кино\.mp4» больше 20 МБ/);
  const link =
    (await support.see(`/support/threads/${thread}`)).querySelector('.chat-file')?.getAttribute('href') ?? '';
  expect((await bytes(support.get(link))).body.toString()).toBe('Содержимое');

  const answer = { requestId: crypto.randomUUID(), text: 'И вам', lastSeenMessageId: messages.at(-1)?.id ?? 0 };
  const attached = [{ field: 'files', name: 'договор.txt', content: 'Договор' }];
  await support.upload(`/support/threads/${thread}/messages`, answer, attached).expect(303);
  await house.drain();
  const sent = house.stub.done.filter(({ chat_id }) => Number(chat_id) === 5).slice(-2);
  expect(sent.map(({ method }) => method)).toEqual(['sendMessage', 'sendDocument']);
  expect(sent[1]?.file).toMatchObject({ name: 'договор.txt', content: Buffer.from('Договор') });
});

it('a guest whom staff have linked to a user writes into the user’s threads, and the bot shows him nothing of the account', async () => {
  const masha = person(9, 'Маша');
  await house.write(masha, 'Это я');
  const thread = await threadOf(masha);
  const agent = await createUser(house, { name: 'Masha' });
  await support
    .post(`/support/threads/${thread}/person`, { requestId: crypto.randomUUID(), userId: agent.id })
    .expect(303);
  await house.write(masha, 'Снова я');
  await house.write(masha, '/contacts');
  expect((await messagesOf(house, thread)).map(({ text }) => text)).toEqual(['Это я', 'Снова я']);
  expect(house.stub.said(9).at(-1)).toContain('Эта команда не для вас');
  const own = await (await house.as(agent)).see(`/cabinet/support/threads/${thread}`);
  expect(own.text).toContain('Снова я');
  await reply(house, support, thread, 'Узнали вас');
  await house.drain();
  expect(house.stub.said(9)).toContain('Узнали вас');

  // Of the staff by now, and still to prove that it is she.
  await house.database.db.user.update({ where: { id: agent.id }, data: { role: 'support' } });
  for (const text of ['Я теперь с вами', '/help', '/auth']) {
    await house.write(masha, text);
    expect(house.stub.said(9).at(-1)).toMatch(/ничего не передаст[\s\S]*пришлите его сюда/);
  }
  expect((await messagesOf(house, thread)).at(-1)?.text).toBe('Узнали вас');
  const { text } = await (await house.as(agent)).post('/account/telegram/codes').expect(200);
  await house.write(masha, `/auth ${/data-code>([A-Z0-9-]+)</.exec(text)?.[1]}`);
  expect(house.stub.said(9).at(-1)).toContain('Telegram подключён, Masha');
});

async function close(thread: number): Promise<void> {
  const lastSeenMessageId = (await messagesOf(house, thread)).at(-1)?.id ?? 0;
  const act = { requestId: crypto.randomUUID(), lastSeenMessageId };
  await support.post(`/support/threads/${thread}/closure`, act).expect(303);
  await house.drain();
}
const askedOf = ({ id }: Person): string[] =>
  house.stub.said(id).filter((text) => /Вопрос решён|Ваша оценка/.test(text));

it('who reads us in Telegram is asked once what he thinks of a closed thread; pressed again the later counts, and his one reply is the word', async () => {
  const lena = person(11, 'Лена');
  await house.write(lena, 'Как быть?');
  const thread = await threadOf(lena);
  const rated = async () => {
    const { rating, ratingText } = await house.database.db.thread.findUniqueOrThrow({ where: { id: thread } });
    return [rating, ratingText];
  };
  await close(thread);
  expect(askedOf(lena)).toEqual([expect.stringContaining('закрыто')]);
  // What could not be said at once says what is true by then.
  house.stub.trouble('editMessageText', tooMany(9));
  await house.press(lena, '2');
  await house.press(lena, '4');
  await house.press(lena, '4');
  await house.hurry();
  expect(askedOf(lena)).toEqual([expect.stringContaining('Ваша оценка: 4 из 5')]);
  expect(await rated()).toEqual([4, '']);

  const message_id = house.stub.done.findLast(({ text }) => String(text).includes('Ваша оценка'))?.message_id;
  const answers = { reply_to_message: { message_id, date: 1, chat: { id: 11, type: 'private' } } };
  const word = await house.write(lena, 'Спасибо Свете', answers);
  await house.tell({ edited_message: { ...messageOf(lena, word, 'Спасибо, Света'), ...answers } });
  await house.drain();
  expect(await rated()).toEqual([4, 'Спасибо, Света']);
  const texts = async () => (await messagesOf(house, thread)).map(({ text }) => text);
  expect(await texts()).toEqual(['Как быть?']);
  expect((await support.see(`/support/threads/${thread}`)).text).toMatch(/4 из 5[\s\S]*Спасибо, Света/);

  // A second reply is a message, which opens the thread again; until it closes nothing is rated, and then nobody is asked anew.
  await house.write(lena, 'И ещё вопрос', answers);
  expect(await texts()).toEqual(['Как быть?', 'И ещё вопрос']);
  await house.press(lena, '1');
  expect(house.stub.said(11).at(-1)).toContain('Сейчас оценить нельзя');
  expect(await rated()).toEqual([4, 'Спасибо, Света']);
  await close(thread);
  expect(askedOf(lena)).toHaveLength(1);
});

it('what he was told last comes before he is asked, however long it takes', async () => {
  const rima = person(19, 'Рима');
  await house.write(rima, 'Готово?');
  const thread = await threadOf(rima);
  house.stub.trouble('sendMessage', tooMany(40));
  await reply(house, support, thread, 'Готово');
  await close(thread);
  expect(askedOf(rima)).toEqual([]);
  await house.hurry();
  expect(house.stub.said(19).slice(-2)).toEqual(['Готово', expect.stringContaining('закрыто')]);
});

it('of threads that are closed together a job asks; what was asked of one that becomes part of another is not asked of that', async () => {
  const [yana, egor] = [person(20, 'Яна'), person(21, 'Егор')];
  for (const guest of [yana, egor]) await house.write(guest, 'Вопрос');
  const ids = [await threadOf(yana), await threadOf(egor)];
  for (const id of ids) await support.see(`/support/threads/${id}`);
  await support.post('/support/threads/closures', { ids }).expect(303);
  // Whoever closes them holds them all until he has ended.
  expect(await house.database.db.telegramRating.count({ where: { threadId: { in: ids } } })).toBe(0);
  await house.drain();
  expect([askedOf(yana), askedOf(egor)].map(({ length }) => length)).toEqual([1, 1]);

  await house.write(yana, 'Новый вопрос');
  const into = Math.max(...(await chatOf(house, yana)).threads.map(({ id }) => id));
  const merge = { requestId: crypto.randomUUID(), fromId: ids[0] };
  await support.post(`/support/threads/${into}/merges`, merge).expect(303);
  await close(into);
  expect(askedOf(yana)).toHaveLength(1);
});
