import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import type { EventName, Params } from './types.ts';

export const WORK_JOB = 'notifications.work';

export type Event = {
  type: EventName;
  /** Whom it concerns, where the type is told to a person. */
  personId?: number;
  /** The row that it is about: what it leads to, and by what it is settled. */
  subjectId?: number;
  params?: Params;
  /** Of how many things it tells. */
  count?: number;
  /** The same word again is the same event. */
  once?: string;
};

/** Tells whom it concerns, if and when the transaction of `tx` commits. Who acted is not told. */
export const notify = (tx: SqlCtx, event: Event): Promise<void> => notifyAll(tx, [event]);

/** The same for many events at once. */
export async function notifyAll(tx: SqlCtx, events: Event[]): Promise<void> {
  if (events.length === 0) return;
  await put(
    tx,
    events.map((event) => ({ ...event, settles: false })),
  );
}

/** Takes back what was told of a thing that has been dealt with: it needs nobody's attention any more. Where nothing was, nothing is. */
export const settle = (tx: SqlCtx, types: EventName[], subjectId: number): Promise<void> =>
  settleAll(tx, types, [subjectId]);

/** The same of many things at once. */
export async function settleAll(tx: SqlCtx, types: EventName[], subjectIds: number[]): Promise<void> {
  const told = await tx.sql.rows<{ type: EventName; subjectId: number }>(q`
    SELECT t.type, s.id AS "subjectId" FROM unnest(${types}::text[]) AS t(type), unnest(${subjectIds}::int[]) AS s(id)
    WHERE false = (SELECT (array_agg(e.settles ORDER BY e.id DESC))[1] FROM notification_events e
      WHERE e.type = t.type AND e.subject_id = s.id)`);
  if (told.length > 0)
    await put(
      tx,
      told.map((one) => ({ ...one, settles: true })),
    );
}

// One statement however many there are, and no lock that another act could wait for.
async function put(tx: SqlCtx, events: (Event & { settles: boolean })[]): Promise<void> {
  const rows = events.map(({ type, settles, subjectId, personId, count = 1, params = {}, once }) => ({
    type,
    settles,
    subject_id: subjectId ?? null,
    person_id: personId ?? null,
    count,
    params,
    once: once ?? null,
  }));
  const made = await tx.sql.run(q`
    INSERT INTO notification_events (type, settles, subject_id, person_id, actor_id, count, params, once, created_at)
    SELECT type, settles, subject_id, person_id, ${tx.actor?.id ?? null}::int, count, params, once, ${tx.now}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      AS e(type text, settles boolean, subject_id int, person_id int, count int, params jsonb, once text)
    ON CONFLICT (once) DO NOTHING`);
  if (made > 0) await tx.jobs.enqueue(tx, WORK_JOB, {});
}
