import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { keepUpdate } from '../../src/modules/telegram/index.ts';
import { createTelegram } from '../../src/telegram/api.ts';
import { createPolling } from '../../src/telegram/polling.ts';
import { createViews } from '../../src/web/nunjucks.ts';
import { openTestHouse } from '../support/house.ts';
import { openTelegramStub, stubToken } from '../support/telegram-stub.ts';
import { messagesOf } from '../threads/talk.ts';
import { type BotHouse, call, chatOf, messageOf, openBotHouse, secret } from './bot.ts';

let house: BotHouse;
const petr = { id: 1, first_name: 'Пётр', language_code: 'ru' };

beforeAll(async () => {
  house = await openBotHouse();
});
afterAll(() => house.close());

const kept = () => house.database.db.telegramUpdate.count();

/** The same house behind another door: a second instance of the app. */
async function secondInstance() {
  const { config, database, services, log, sessionSecret, checks } = house;
  const app = createApp({
    config,
    database,
    services,
    views: createViews({ watch: false }),
    log,
    sessionSecret,
    checks,
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

it('a forged webhook is refused before it is read, and keeps nothing', async () => {
  const update = { update_id: 1, message: messageOf(petr, 1, 'Подделка') };
  for (const given of [null, '', `${secret}x`, secret.slice(1), secret.toUpperCase()])
    expect((await call(house, update, given)).status).toBe(401);
  expect(await kept()).toBe(0);
  for (const body of [{}, { update_id: 'x' }, { update_id: -1 }, []])
    expect((await call(house, body)).status).toBe(400);
  expect(await kept()).toBe(0);
});

it('an update that comes many times at two instances at once is kept once, answered at once, and is one message', async () => {
  const second = await secondInstance();
  const update = { update_id: 10, message: messageOf(petr, 50, 'Один раз') };
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => call(i % 2 ? house : { ...house, url: second.url }, update)),
  );
  second.close();
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  // Nothing is read while Telegram waits.
  expect(await house.database.db.telegramChat.count()).toBe(0);
  await house.services.jobs.enqueue(house.ctx(), 'telegram.read', { chat: '1' });
  await Promise.all([house.drain(), house.drain()]);
  expect(await kept()).toBe(1);
  const { threads } = await chatOf(house, petr);
  expect((await messagesOf(house, threads[0]?.id ?? 0)).map(({ text }) => text)).toEqual(['Один раз']);
});

it('updates that come in any order are read in Telegram’s, and an edit that overtook its message is the message', async () => {
  const anna = { id: 2, first_name: 'Анна', language_code: 'ru' };
  await house.tell({ message: messageOf(anna, 62, 'два') }, 21);
  await house.tell({ message: messageOf(anna, 61, 'раз') }, 20);
  await house.drain();
  await house.tell({ edited_message: messageOf(anna, 63, 'три, исправлено') }, 31);
  await house.drain();
  await house.tell({ message: messageOf(anna, 63, 'три') }, 30);
  await house.drain();
  const { threads } = await chatOf(house, anna);
  const texts = (await messagesOf(house, threads[0]?.id ?? 0)).map(({ text }) => text);
  expect(texts).toEqual(['раз', 'два', 'три, исправлено']);
});

it('groups, channels and what nobody knows are none of our business; a message that cannot be read holds nobody up', async () => {
  const before = await house.database.db.message.count();
  await house.tell({ message: { ...messageOf(petr, 70, 'В группе'), chat: { id: -100, type: 'group' } } });
  await house.tell({ channel_post: { message_id: 1 } });
  await house.tell({ message: { ...messageOf(petr, 71, ''), sticker: { emoji: '🙂' } } });
  await house.tell({ message: { ...messageOf(petr, 72, ''), location: { latitude: 55.75, longitude: 37.61 } } });
  await house.tell({ message: messageOf(petr, 73, 'NUL: \0, половина знака: \ud83d') });
  await house.drain();
  const { threads } = await chatOf(house, petr);
  const texts = (await messagesOf(house, threads[0]?.id ?? 0)).map(({ text }) => text);
  expect(texts.slice(-3)).toEqual([
    'Стикер 🙂',
    '📍 55.75, 37.61',
    expect.stringMatching(/^NUL: , половина знака: .$/),
  ]);
  expect(await house.database.db.message.count()).toBe(before + 3);
});

it('a bot that is told where to call says so to Telegram, with its secret; its name is known to pages', async () => {
  await house.services.jobs.enqueue(house.ctx(), 'telegram.check', {});
  await house.drain();
  expect(house.stub.webhook()).toMatchObject({
    url: 'https://cabinet.example.com/telegram/webhook',
    secret_token: secret,
  });
  expect(await house.database.db.telegramBot.findFirst()).toMatchObject({ username: 'stub_cabinet_bot', fault: null });
});

it('without a bot there is no such address, and a bot that is half set up is named fault by fault', async () => {
  const plain = await openTestHouse();
  expect((await call(plain, { update_id: 1 })).status).toBe(403);
  await plain.close();
  expect(() => readConfig({ TELEGRAM_MODE: 'webhook' })).toThrow(
    /TELEGRAM_BOT_TOKEN[\s\S]*TELEGRAM_WEBHOOK_SECRET[\s\S]*BASE_URL/,
  );
  expect(() => readConfig({ TELEGRAM_MODE: 'polling', TELEGRAM_BOT_TOKEN: 'nonsense' })).toThrow(
    'not a token of a bot',
  );
});

it('of two instances that poll one asks; when it ends the other goes on, and what comes twice is kept once', async () => {
  const stub = await openTelegramStub();
  const url = house.config.DATABASE_URL ?? '';
  const askers: string[] = [];
  const polling = (name: string) => {
    const api = createTelegram({ token: stubToken, root: stub.root });
    const asking = {
      ...api,
      updates(...args: Parameters<typeof api.updates>) {
        askers.push(name);
        return api.updates(...args);
      },
    };
    return createPolling({
      url,
      api: asking,
      keep: (update) => keepUpdate(house.ctx(), update),
      onError: () => undefined,
      holdSeconds: 0,
      pauseMs: 10,
    });
  };
  const known = (id: number) => house.database.db.telegramUpdate.count({ where: { updateId: id } });
  const [one, two] = [polling('one'), polling('two')];
  stub.updates.push({ update_id: 900 });
  one.start();
  await expect.poll(() => known(900)).toBe(1);
  two.start();
  stub.trouble('getUpdates', { error_code: 502, description: 'Bad Gateway' });
  stub.updates.push({ update_id: 901 });
  await expect.poll(() => known(901)).toBe(1);
  expect(new Set(askers)).toEqual(new Set(['one']));
  await one.close();
  stub.updates.push({ update_id: 900 }, { update_id: 902 });
  await expect.poll(() => known(902)).toBe(1);
  expect(askers.at(-1)).toBe('two');
  expect(await known(900)).toBe(1);
  await two.close();
  await stub.close();
});
