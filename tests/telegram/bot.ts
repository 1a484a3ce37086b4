import { randomInt } from 'node:crypto';
import { q } from '../../src/lib/sql.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { openTelegramStub, stubToken, type TelegramStub } from '../support/telegram-stub.ts';

export const secret = 'a-secret-of-the-tests-0123456789';
export type Person = { id: number; first_name: string; username?: string; language_code?: string };
export type BotHouse = TestHouse & {
  stub: TelegramStub;
  /** Telegram calls with an update; the number is the next one unless said. */
  tell(update: object, id?: number): Promise<number>;
  /** A person writes; the answer is Telegram's number of the message. */
  write(from: Person, text: string, more?: object): Promise<number>;
  edit(from: Person, id: number, text: string): Promise<void>;
  /** A person presses the button whose words hold this, in the last message that has one. */
  press(from: Person, words: string): Promise<void>;
  /** What waits for a later moment is due now. */
  hurry(): Promise<void>;
};

/** A house with a bot behind a webhook, and Telegram beside it. */
export async function openBotHouse(env: Record<string, string> = {}): Promise<BotHouse> {
  const stub = await openTelegramStub();
  const house = await openTestHouse({ ...botEnv(stub), ...env });
  let update = 5000;
  let message = 100;
  const tell = async (body: object, id?: number): Promise<number> => {
    update += 1;
    return (await call(house, { update_id: id ?? update, ...body })).status;
  };
  return {
    ...house,
    stub,
    tell,
    async write(from, text, more = {}) {
      message += 1;
      await tell({ message: { ...messageOf(from, message, text), ...more } });
      await house.drain();
      return message;
    },
    async edit(from, id, text) {
      await tell({ edited_message: { ...messageOf(from, id, text), edit_date: 1 } });
      await house.drain();
    },
    async press(from, words) {
      const { data, message_id } = buttonOf(stub, from, words);
      const asked = { message_id, date: 1, chat: { id: from.id, type: 'private' }, text: '' };
      await tell({ callback_query: { id: String(randomInt(1e9)), from, chat_instance: '1', data, message: asked } });
      await house.drain();
    },
    async hurry() {
      await house.database.sql.run(
        q`UPDATE pgboss.job SET start_after = now() - interval '1 minute' WHERE state < 'active'`,
      );
      await house.database.sql.run(q`UPDATE telegram_updates SET due_at = NULL WHERE done_at IS NULL`);
      await house.database.sql.run(
        q`UPDATE message_deliveries SET due_at = now() - interval '1 minute' WHERE state = 'sending' OR edits > edits_carried`,
      );
      await house.drain();
    },
    async close() {
      await house.close();
      await stub.close();
    },
  };
}

export const botEnv = (stub: TelegramStub): Record<string, string> => ({
  TELEGRAM_MODE: 'webhook',
  TELEGRAM_BOT_TOKEN: stubToken,
  TELEGRAM_WEBHOOK_SECRET: secret,
  TELEGRAM_API_ROOT: stub.root,
  BASE_URL: 'https://cabinet.example.com',
  SECURE_COOKIES: 'false',
});

/** Telegram asks to wait, and Telegram has a fault. */
export const tooMany = (seconds: number) => ({
  error_code: 429,
  description: `Too Many Requests: retry after ${seconds}`,
  parameters: { retry_after: seconds },
});
export const fault = { error_code: 500, description: 'Internal Server Error' };

/** Telegram calls the webhook, with the right secret unless said otherwise. */
export const call = (house: TestHouse, body: object, given: string | null = secret): Promise<Response> =>
  fetch(`${house.url}/telegram/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(given === null ? {} : { 'x-telegram-bot-api-secret-token': given }),
    },
    body: JSON.stringify(body),
  });

export const messageOf = (from: Person, id: number, text: string) => ({
  message_id: id,
  date: 1_770_000_000,
  chat: { id: from.id, type: 'private', first_name: from.first_name },
  from: { is_bot: false, ...from },
  ...(text === '' ? {} : { text }),
});

type Markup = { inline_keyboard: { text: string; callback_data: string }[][] };

function buttonOf(stub: TelegramStub, from: Person, words: string): { data: string; message_id: number } {
  for (const { chat_id, reply_markup, message_id } of stub.done.toReversed()) {
    const rows = Number(chat_id) === from.id ? (reply_markup as Markup | undefined)?.inline_keyboard : undefined;
    const button = rows?.flat().find(({ text }) => text.includes(words));
    if (button) return { data: button.callback_data, message_id };
  }
  throw new Error(`Nobody was shown a button «${words}»`);
}

export const chatOf = (house: TestHouse, { id }: Person) =>
  house.database.db.telegramChat.findUniqueOrThrow({ where: { chatId: id }, include: { threads: true } });
