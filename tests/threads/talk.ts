import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import type { TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

export const json = { accept: 'application/json' };

/** A person writes to support without saying where: into his latest thread, or a first one. */
export const write = (browser: Visitor, text: string, requestId: string = randomUUID()) =>
  browser.upload('/cabinet/support/messages', { requestId, text }, []);

/** Staff answer through the form; what they saw is the thread's newest message unless said otherwise. */
export async function reply(house: TestHouse, browser: Visitor, threadId: number, text: string, form: object = {}) {
  const lastSeenMessageId = (await messagesOf(house, threadId)).at(-1)?.id ?? 0;
  return browser.upload(
    `/support/threads/${threadId}/messages`,
    { requestId: randomUUID(), text, lastSeenMessageId, ...form },
    [],
  );
}

export async function threadIdOf(house: TestHouse, person: { id: number }): Promise<number> {
  const row = await house.database.sql.row<{ id: number }>(q`
    SELECT id FROM threads WHERE person_id = ${person.id} ORDER BY last_message_at DESC, id DESC LIMIT 1`);
  expect(row).toBeDefined();
  return row?.id ?? 0;
}

/** Where a person sees his latest thread. */
export const chatOf = async (house: TestHouse, person: { id: number }): Promise<string> =>
  `/cabinet/support/threads/${await threadIdOf(house, person)}`;

export const messagesOf = (house: TestHouse, threadId: number) =>
  house.database.sql.rows<{ id: number; text: string; fromStaff: boolean; readAt: Date | null; requestId: string }>(
    q`SELECT id, text, from_staff AS "fromStaff", read_at AS "readAt", request_id AS "requestId"
      FROM messages WHERE thread_id = ${threadId} ORDER BY id`,
  );

/** The counters of every thread must be what a count of its messages gives. */
export async function expectTrueCounters(house: TestHouse): Promise<void> {
  const wrong = await house.database.sql.rows(q`
    SELECT t.id FROM threads t LEFT JOIN messages m ON m.thread_id = t.id AND m.read_at IS NULL AND m.deleted_at IS NULL
    GROUP BY t.id HAVING t.unread_for_staff <> count(m.id) FILTER (WHERE NOT m.from_staff)
      OR t.unread_for_person <> count(m.id) FILTER (WHERE m.from_staff)`);
  expect(wrong).toEqual([]);
}
