import type { Locale, SqlCtx } from '../../ctx.ts';
import { sendMail } from '../../mail/jobs.ts';
import { chatOfUser, reachable, say } from '../telegram/index.ts';
import type { Params } from './types.ts';

export const channels = ['cabinet', 'email', 'telegram'] as const;
/** Where a person is told. `cabinet` is the list under the bell; the others carry it out of the house. */
export type Channel = (typeof channels)[number];
export type OutwardChannel = Exclude<Channel, 'cabinet'>;

export type Addressee = { id: number; email: string; locale: Locale };
export type Letter = {
  type: string;
  /** Key of its letter in mail.json, where there is one. */
  letter: string | undefined;
  params: Params & { count: number };
  link: string | null;
};

/** Puts one message on its way, in the transaction of `tx`: a job of the channel's own does the sending. */
type Sender = (tx: SqlCtx, to: Addressee, letter: Letter) => Promise<void>;

/** A channel is a name with a sender. A new one adds its name above and its sender here. */
export const senders: Record<OutwardChannel, Sender> = {
  async email(tx, { email, locale }, { letter, params, link }) {
    if (letter) await sendMail(tx, { to: email, locale, letter, params, ...(link ? { link } : {}) });
  },
  async telegram(tx, { id }, { type, params, link }) {
    const chat = await chatOfUser(tx, id);
    if (!chat) return;
    const words = `notifications:types.${type}.${params.count === 1 ? 'title' : 'titles'}`;
    const note =
      params.count === 1 && typeof params.note === 'string' && params.note !== '' ? [{ text: params.note }] : [];
    const where = link === null ? [] : [{ text: new URL(link, tx.baseUrl).href }];
    await say(tx, chat, { lines: [{ key: words, params }, ...note, ...where] });
  },
};

export const outward = channels.filter((channel): channel is OutwardChannel => channel !== 'cabinet');

/** The channels that there are for somebody: Telegram only where there is a bot and he has linked his own; for the house, wherever there is a bot. */
export async function channelsFor(ctx: SqlCtx, userId: number | null): Promise<Channel[]> {
  const there = ctx.telegram.on && (userId === null || (await reachable(ctx, [userId])).has(userId));
  return channels.filter((channel) => channel !== 'telegram' || there);
}
