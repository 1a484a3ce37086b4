import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, Refusal } from '../../errors.ts';
import { q, type Sql, where } from '../../lib/sql.ts';
import { publish } from '../../live/publish.ts';
import { record } from '../audit/index.ts';
import { askForRatings } from '../telegram/index.ts';
import { listDepartments } from './departments.ts';
import { settleWork, tellOfManyHands } from './hands.ts';
import { conditionsOf, type InboxFilter } from './inbox-filter.ts';
import { clockColumns, type Running, stopClocks } from './many-clocks.ts';
import { topics } from './news.ts';
import { isAnswering } from './operators.ts';
import { isStaff } from './threads.ts';

/** Threads by their numbers, or everything that a filter of the inbox finds. */
export type Chosen = { ids: number[] } | { filter: InboxFilter };
type Changed = { id: number; personId: number | null };

/** Closes what was chosen; what has words that nobody has read stays open. Returns how many were closed. */
export const closeMany = (ctx: Ctx, chosen: Chosen): Promise<number> =>
  many(ctx, 'thread.closed', {}, async (tx) => {
    const fits = q`t.status <> 'closed' AND t.unread_for_staff = 0`;
    // Read once they are locked: what was waited for may have stopped a clock.
    const locked = await tx.sql.rows<{ id: number }>(
      q`SELECT t.id FROM threads t WHERE ${amongChosen(tx, chosen, fits)}`,
    );
    const changed = await tx.sql.rows<Changed & Running>(q`
      SELECT ${clockColumns}, t.person_id AS "personId" FROM threads t
      WHERE t.id = ANY (${locked.map(({ id }) => id)}::int[]) AND ${fits}`);
    await tx.sql.run(q`
      UPDATE threads SET status = 'closed', waiting_since = NULL, closed_at = ${tx.now}, resolution_seconds = clock_seconds
      WHERE id = ANY (${idsOf(changed)}::int[])`);
    const running = changed.filter(({ waitingSince }) => waitingSince !== null);
    if (running.length > 0) await stopClocks(tx, running, await listDepartments(tx));
    await noteAll(tx, changed, 'closed', null);
    await askForRatings(tx, idsOf(changed));
    await settleWork(tx, idsOf(changed));
    await tellPeople(tx, changed);
    return changed;
  });

/** Gives what was chosen to one operator. Returns how many changed hands. */
export const assignMany = (ctx: Ctx, chosen: Chosen, operatorId: number): Promise<number> =>
  many(ctx, 'thread.handed_over', { operator: operatorId }, async (tx) => {
    const fit = await tx.sql.row(q`SELECT u.id FROM users u WHERE u.id = ${operatorId} AND ${isAnswering}`);
    if (!fit) throw new Refusal('support:errors.notOperator');
    const changed = await tx.sql.rows<Changed>(q`
      UPDATE threads t SET assignee_id = ${operatorId}
      WHERE ${amongChosen(tx, chosen, q`t.assignee_id IS DISTINCT FROM ${operatorId}`)} RETURNING t.id, t.person_id AS "personId"`);
    await noteAll(tx, changed, 'handed_over', operatorId);
    await tellOfManyHands(tx, idsOf(changed), operatorId);
    return changed;
  });

/** Puts a tag on what was chosen. Returns how many did not have it. */
export const tagMany = (ctx: Ctx, chosen: Chosen, tag: string): Promise<number> =>
  many(ctx, 'thread.labelled', { tag }, (tx) =>
    tx.sql.rows<Changed>(q`
      UPDATE threads t SET tags = t.tags || ${tag}::text
      WHERE ${amongChosen(tx, chosen, q`NOT t.tags @> ARRAY[${tag}] AND cardinality(t.tags) < 10`)}
      RETURNING t.id, t.person_id AS "personId"`),
  );

async function many(ctx: Ctx, action: string, details: object, change: (tx: SqlCtx) => Promise<Changed[]>) {
  if (!isStaff(actorOf(ctx))) throw new Forbidden();
  return inSqlTransaction(ctx, async (tx) => {
    const changed = await change(tx);
    if (changed.length === 0) return 0;
    await record(tx, { action, details: { ...details, count: changed.length, ids: changed.map(({ id }) => id) } });
    // One piece of news for all of them: lists look for themselves.
    await publish(tx, { name: 'thread', topics: [topics.staff], ids: { thread: 0 } });
    return changed.length;
  });
}

// Locked in the order of their numbers, so that two bulk acts wait for each other and never lock up.
const amongChosen = (tx: SqlCtx, chosen: Chosen, fits: Sql): Sql => {
  const conditions = 'ids' in chosen ? [q`t.id = ANY (${chosen.ids}::int[])`] : conditionsOf(tx, chosen.filter);
  return q`t.id IN (SELECT t.id FROM threads t ${where([...conditions, fits])} ORDER BY t.id FOR UPDATE) AND ${fits}`;
};

const idsOf = (changed: Changed[]): number[] => changed.map(({ id }) => id);

const noteAll = (tx: SqlCtx, changed: Changed[], kind: 'closed' | 'handed_over', operatorId: number | null) =>
  tx.sql.run(q`
    INSERT INTO thread_events (thread_id, kind, author_id, operator_id, created_at)
    SELECT unnest(${changed.map(({ id }) => id)}::int[]), ${kind}::thread_event_kind, ${actorOf(tx).id}, ${operatorId}, ${tx.now}`);

/** PostgreSQL takes at most 8,000 bytes at once. */
async function tellPeople(tx: SqlCtx, changed: Changed[]): Promise<void> {
  const ids = new Set(changed.flatMap(({ personId }) => (personId === null ? [] : [personId])));
  const people = [...ids].map(topics.person);
  for (let i = 0; i < people.length; i += 100)
    await publish(tx, { name: 'thread', topics: people.slice(i, i + 100), ids: { thread: 0 } });
}
