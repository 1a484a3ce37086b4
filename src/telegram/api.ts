import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Api, InputFile } from 'grammy';
import type { InlineKeyboardMarkup, Update } from 'grammy/types';
import { attempt, attemptAgain, type Outcome } from './outcome.ts';

export type Button = { text: string; data: string };
export type Sending = { chat: string; text: string; keyboard?: Button[][] | undefined; replyTo?: number | undefined };
export type SendingFile = { chat: string; path: string; name: string; asPicture: boolean };
export type Download = { path: string; size: number };
/** `disk`: Telegram gave it, and here it could not be written. */
export type Downloaded = Outcome<Download> | { ok: false; reason: 'disk' };

/** All that the house asks of Telegram. Every call says what became of it; none throws for what Telegram or the line does. */
export type TelegramApi = {
  send(message: Sending): Promise<Outcome<number>>;
  sendFile(file: SendingFile): Promise<Outcome<number>>;
  edit(message: { chat: string; id: number; text: string; keyboard?: Button[][] | undefined }): Promise<Outcome<true>>;
  /** Telegram lets a bot take back what is younger than 48 hours. */
  remove(message: { chat: string; id: number }): Promise<Outcome<true>>;
  answerCallback(id: string): Promise<Outcome<true>>;
  /** Fetches a file into a temporary one, which is the caller's to remove. */
  download(fileId: string): Promise<Downloaded>;
  name(): Promise<Outcome<string>>;
  setWebhook(url: string, secret: string): Promise<Outcome<true>>;
  deleteWebhook(): Promise<Outcome<true>>;
  updates(offset: number | undefined, seconds: number, signal: AbortSignal): Promise<Outcome<Update[]>>;
};

/** What the bot is told of. Groups and channels are none of its business. */
export const heard = ['message', 'edited_message', 'callback_query', 'my_chat_member'] as const;
/** The largest file that the Bot API gives out. */
export const maxDownload = 20 * 1024 * 1024;

const folder = join(tmpdir(), 'lead-cabinet-telegram');

export function createTelegram({ token, root }: { token: string; root: string }): TelegramApi {
  const apiRoot = root.replace(/\/+$/, '');
  // A connection of its own for each call: one that was kept and is dead breaks in a way that says nothing of what arrived.
  const agent = apiRoot.startsWith('https:') ? new HttpsAgent() : new HttpAgent();
  const options = { apiRoot, baseFetchConfig: { compress: true, agent } };
  const api = new Api(token, { ...options, timeoutSeconds: 30 });
  const files = new Api(token, { ...options, timeoutSeconds: 120 });
  return {
    send: ({ chat, text, keyboard, replyTo }) =>
      attempt(async () => {
        const reply = replyTo ? { reply_parameters: { message_id: replyTo, allow_sending_without_reply: true } } : {};
        const markup = keyboard ? { reply_markup: markupOf(keyboard) } : {};
        return (await api.sendMessage(chat, text, { ...reply, ...markup })).message_id;
      }),
    sendFile: ({ chat, path, name, asPicture }) =>
      attempt(async () => {
        const file = new InputFile(path, name);
        const sent = await (asPicture ? files.sendPhoto(chat, file) : files.sendDocument(chat, file));
        return sent.message_id;
      }),
    edit: ({ chat, id, text, keyboard }) =>
      attemptAgain(async () => {
        await api.editMessageText(chat, id, text, keyboard ? { reply_markup: markupOf(keyboard) } : {});
        return true as const;
      }),
    remove: ({ chat, id }) => attemptAgain(() => api.deleteMessage(chat, id)),
    answerCallback: (id) => attemptAgain(() => api.answerCallbackQuery(id)),
    async download(fileId) {
      const found = await attemptAgain(() => api.getFile(fileId));
      return found.ok ? fetched(`${apiRoot}/file/bot${token}/${found.value.file_path ?? ''}`) : found;
    },
    name: () => attempt(async () => (await api.getMe()).username),
    setWebhook: (url, secret) =>
      attempt(() => api.setWebhook(url, { secret_token: secret, allowed_updates: heard, max_connections: 20 })),
    deleteWebhook: () => attempt(() => api.deleteWebhook()),
    updates: (offset, seconds, signal) =>
      attempt(() =>
        api.getUpdates(
          { ...(offset === undefined ? {} : { offset }), timeout: seconds, allowed_updates: heard },
          signal as never,
        ),
      ),
  };
}

const markupOf = (rows: Button[][]): InlineKeyboardMarkup => ({
  inline_keyboard: rows.map((row) => row.map(({ text, data }) => ({ text, callback_data: data }))),
});

/** To ask again harms nobody, so whatever goes wrong is `unreachable`. The address holds the token: no word of the error goes further. */
async function fetched(url: string): Promise<Downloaded> {
  const path = join(folder, randomUUID());
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const answer = await fetch(url, { signal: AbortSignal.timeout(120_000) });
    if (answer.status === 429)
      return { ok: false, reason: 'wait', seconds: Number(answer.headers.get('retry-after')) || 30 };
    if (!answer.ok || !answer.body) return { ok: false, reason: 'unreachable', detail: `file: ${answer.status}` };
    let size = 0;
    const counted = new Transform({
      transform(piece: Buffer, _encoding, done) {
        size += piece.length;
        done(size > maxDownload ? new Error('larger than was said') : null, piece);
      },
    });
    await pipeline(Readable.fromWeb(answer.body as never), counted, createWriteStream(path, { mode: 0o600 }));
    return { ok: true, value: { path, size } };
  } catch (error) {
    await rm(path, { force: true }).catch(() => undefined);
    // What the line does says nothing of our disk; what a file does names its system call.
    if (error instanceof Error && 'syscall' in error) return { ok: false, reason: 'disk' };
    return { ok: false, reason: 'unreachable', detail: 'file: broke off' };
  }
}
