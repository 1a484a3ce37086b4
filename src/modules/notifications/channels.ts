import type { Locale, SqlCtx } from '../../ctx.ts';
import { sendMail } from '../../mail/jobs.ts';
import type { Params } from './types.ts';

export const channels = ['cabinet', 'email'] as const;
/** Where a person is told. `cabinet` is the list under the bell; the others carry it out of the house. */
export type Channel = (typeof channels)[number];
export type OutwardChannel = Exclude<Channel, 'cabinet'>;

export type Addressee = { email: string; locale: Locale };
export type Letter = { name: string; params: Params; link: string | null };

/** Puts one message on its way, in the transaction of `tx`: a job of the channel's own does the sending. */
type Sender = (tx: SqlCtx, to: Addressee, letter: Letter) => Promise<void>;

/** A channel is a name with a sender. A new one adds its name above and its sender here. */
export const senders: Record<OutwardChannel, Sender> = {
  email: (tx, { email, locale }, { name, params, link }) =>
    sendMail(tx, { to: email, locale, letter: name, params, ...(link ? { link } : {}) }),
};

export const outward = channels.filter((channel): channel is OutwardChannel => channel !== 'cabinet');
