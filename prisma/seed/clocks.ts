import { type Clock, dueOf, readAt, type Targets } from '../../src/modules/support/clock.ts';
import type { World } from './world.ts';

type Told = Targets & { id: number; status: string; closedAt: Date | null; said: { staff: boolean; at: string }[] };

/** Targets of the departments, what the clocks of the conversations have counted, and what the house said in them. */
export async function seedClocks({ client }: World): Promise<void> {
  await client.query(`
    UPDATE departments SET first_answer_minutes = CASE name_key WHEN 'проверка лидов' THEN 30 ELSE 60 END, resolution_minutes = 480`);
  const { rows } = await client.query<Told>(`
    SELECT t.id, t.status, t.closed_at AS "closedAt", d.zone, d.hours, d.holidays::text[] AS holidays,
      d.first_answer_minutes AS "firstAnswerMinutes", d.resolution_minutes AS "resolutionMinutes",
      (SELECT json_agg(json_build_object('staff', m.from_staff, 'at', m.created_at) ORDER BY m.id) FROM messages m WHERE m.thread_id = t.id) AS said
    FROM threads t JOIN departments d ON d.id = t.department_id`);
  for (const thread of rows) await client.query(...written(thread));
  // Whoever has written once has been greeted; messages are in the order of their numbers, so nobody else can be any more.
  await client.query(`
    INSERT INTO messages (thread_id, from_staff, text, request_id, created_at, read_at)
    SELECT t.id, true, replace(d.greeting_ru, '{{person.name}}', u.name), gen_random_uuid(), t.last_message_at, t.last_message_at
    FROM threads t JOIN departments d ON d.id = t.department_id JOIN users u ON u.id = t.person_id
    WHERE d.greeting_ru <> '' AND (SELECT count(*) FROM messages m WHERE m.thread_id = t.id) = 1`);
}

function written(thread: Told): [string, unknown[]] {
  let clock: Clock = { seconds: 0, waited: 0, from: null };
  let first: { at: Date; seconds: number } | undefined;
  for (const { staff, at } of thread.said) {
    const moment = new Date(at);
    if (!staff) clock = { ...clock, from: clock.from ?? moment };
    else {
      clock = { ...readAt(clock, thread, moment), waited: 0, from: null };
      first ??= { at: moment, seconds: clock.seconds };
    }
  }
  const end = thread.closedAt ? { ...readAt(clock, thread, thread.closedAt), waited: 0, from: null } : clock;
  return [
    `UPDATE threads SET clock_seconds = $2, clock_from = $3, due_at = $4, first_answer_at = $5, first_answer_seconds = $6,
       resolution_seconds = $7 WHERE id = $1`,
    [
      ...[thread.id, end.seconds, end.from, dueOf(end, thread)],
      ...[first?.at ?? null, first?.seconds ?? null, thread.closedAt ? end.seconds : null],
    ],
  ];
}
