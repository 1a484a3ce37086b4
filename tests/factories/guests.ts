import { randomUUID } from 'node:crypto';
import type { House } from '../../src/house.ts';

let count = 0;

/** Somebody who wrote from Telegram and has no account, with a thread of one message. */
export async function createGuest(
  { database: { db } }: Pick<House, 'database'>,
  { name = 'Гость', phone = null as string | null, text = 'Добрый день' } = {},
) {
  count += 1;
  const purpose = await db.purpose.findFirstOrThrow({ where: { fallback: true } });
  const guest = await db.telegramChat.create({
    data: { chatId: BigInt(900_000 + count), name, phone, step: 'talking' },
  });
  const thread = await db.thread.create({
    data: {
      guestId: guest.id,
      purposeId: purpose.id,
      departmentId: purpose.departmentId,
      lastMessageAt: new Date(),
      unreadForStaff: 1,
      messages: { create: { fromStaff: false, text, requestId: randomUUID() } },
    },
  });
  return { id: guest.id, chatId: Number(guest.chatId), thread: thread.id };
}
