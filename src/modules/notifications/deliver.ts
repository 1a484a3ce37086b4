import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { quietUntil } from '../../lib/quiet-hours.ts';
import { q } from '../../lib/sql.ts';
import { type OutwardChannel, senders } from './channels.ts';
import { type Person, personOf } from './people.ts';
import { type EventType, type Params, rolesToldOf, typeOf } from './types.ts';

type Group = { userId: number; channel: OutwardChannel; type: string };
type Waiting = {
  id: number;
  due: boolean;
  /** It was looked at in the cabinet, or dealt with, before the letter went. */
  stale: boolean;
  subjectId: number | null;
  params: Params;
  count: number;
};

const mostGroups = 1000;
const mostLines = 30;

/**
 * Sends what is due: many of a kind for one person as one letter. A group is one transaction, in which its rows are marked and
 * the channel's job is put in, so that a letter goes once. In a person's quiet hours everything waits until they end.
 */
export async function deliverDue(ctx: Ctx): Promise<void> {
  const groups = await ctx.sql.rows<Group>(q`
    SELECT d.user_id AS "userId", d.channel, e.type
    FROM notification_deliveries d JOIN notification_events e ON e.id = d.event_id
    WHERE d.sent_at IS NULL AND d.dropped_at IS NULL AND d.due_at <= ${ctx.now}
    GROUP BY d.user_id, d.channel, e.type ORDER BY min(d.id) LIMIT ${mostGroups}`);
  const failures: unknown[] = [];
  for (const group of groups)
    await inSqlTransaction(ctx, (tx) => deliver(tx, group)).catch((error) => failures.push(error));
  // Told of at the end: one that cannot be written holds up none behind it, and is tried again with the next run.
  if (failures.length > 0)
    throw new AggregateError(failures, `Letters that could not be written: ${failures.length}. ${failures[0]}`);
}

async function deliver(tx: SqlCtx, group: Group): Promise<void> {
  const type = typeOf(group.type);
  const person = await personOf(tx, group.userId);
  const waiting = await lockWaiting(tx, group, type);
  const wanted = type && isReached(person, type) ? waiting.filter(({ stale }) => !stale) : [];
  await drop(
    tx,
    waiting.filter((one) => !wanted.includes(one)),
  );
  if (!type || !wanted.some(({ due }) => due)) return;
  const later = person.quiet && quietUntil(tx.now, person.quiet);
  if (later) return putOff(tx, wanted, later);
  await send(tx, group, type, person, wanted);
}

/** All of the kind that wait, where many become one letter, though some of them are not due yet; else those that are due. */
function lockWaiting(tx: SqlCtx, { userId, channel, type }: Group, known: EventType | undefined): Promise<Waiting[]> {
  const due = q`d.due_at <= ${tx.now}`;
  return tx.sql.rows<Waiting>(q`
    SELECT d.id, ${due} AS due, e.subject_id AS "subjectId", e.params, e.count,
      coalesce(n.settled_at IS NOT NULL OR h.seen_at IS NOT NULL OR h.state = 'done', false)
        OR EXISTS (SELECT FROM notification_events s
          WHERE s.type = e.type AND s.subject_id = e.subject_id AND s.settles AND s.id > e.id) AS stale
    FROM notification_deliveries d JOIN notification_events e ON e.id = d.event_id
    LEFT JOIN notifications n ON n.event_id = e.id AND n.user_id = d.user_id
    LEFT JOIN notifications h ON h.id = coalesce(n.head_id, n.id)
    WHERE d.user_id = ${userId} AND d.channel = ${channel} AND e.type = ${type} AND d.sent_at IS NULL AND d.dropped_at IS NULL
      AND ${known?.digest ? q`true` : due}
    ORDER BY d.id FOR UPDATE OF d SKIP LOCKED`);
}

function isReached({ status, role, emailConfirmed }: Person, type: EventType): boolean {
  if (type.evenBanned) return true;
  return status !== 'banned' && emailConfirmed && rolesToldOf(type).includes(role);
}

async function send(
  tx: SqlCtx,
  { channel, type: name }: Group,
  type: EventType,
  person: Person,
  events: Waiting[],
): Promise<void> {
  const letters = type.digest ? [events] : events.map((event) => [event]);
  for (const about of letters) {
    const [first] = about;
    if (!first) continue;
    const count = about.reduce((sum, event) => sum + event.count, 0);
    const params = { ...first.params, count, lines: linesOf(about, type) };
    const link = type.link({ ...first, count });
    await senders[channel](tx, person, { type: name, letter: type.letter, params, link });
  }
  await tx.sql.run(q`UPDATE notification_deliveries SET sent_at = ${tx.now} WHERE id = ANY(${idsOf(events)}::int[])`);
}

function linesOf(events: Waiting[], { line }: EventType): string {
  if (!line) return '';
  const lines = events.slice(0, mostLines).map(({ params }) => line(params));
  if (events.length > mostLines) lines.push(`… +${events.length - mostLines}`);
  return lines.join('\n');
}

async function drop(tx: SqlCtx, events: Waiting[]): Promise<void> {
  if (events.length === 0) return;
  await tx.sql.run(
    q`UPDATE notification_deliveries SET dropped_at = ${tx.now} WHERE id = ANY(${idsOf(events)}::int[])`,
  );
}

async function putOff(tx: SqlCtx, events: Waiting[], until: Date): Promise<void> {
  await tx.sql.run(q`
    UPDATE notification_deliveries SET due_at = ${until} WHERE id = ANY(${idsOf(events)}::int[]) AND due_at < ${until}`);
}

const idsOf = (events: Waiting[]): number[] => events.map(({ id }) => id);
