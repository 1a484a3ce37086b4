import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { Forbidden, NotFound, Refusal, violates } from '../../errors.ts';
import { businessDayOf } from '../../lib/business-day.ts';
import { fixed, q } from '../../lib/sql.ts';
import { type Allowance, allowanceOf } from './allowance.ts';
import { tellShortage } from './low-water.ts';
import { momentText } from './moment.ts';
import { BEGINNING, newQueueHead, type QueueHead, queueHead, raiseQueueHead } from './queue-heads.ts';
import { retried } from './retry.ts';

export type Wanted = { baseTypeId: number; wanted: number; requestId: string };
export type Issuance = {
  id: number;
  agentId: number;
  baseTypeId: number;
  wanted: number;
  allowed: number;
  given: number;
};
/** What cut an issuance short of what was asked for. */
export type Shortage = 'limit' | 'base' | null;

/**
 * Hands out up to `wanted` free contacts of a base to the actor; gives fewer when the allowance or the base runs short.
 * The same `requestId` gives the same issuance again. Throws a Refusal when there is nothing to give: the limit is used
 * up, or the base is empty. The agent's row is locked first, so an agent's allowance is spent one request at a time, and
 * a ban that came before holds; free contacts are claimed with SKIP LOCKED, so agents do not wait for each other.
 */
export async function issueContacts(ctx: Ctx, wanted: Wanted): Promise<Issuance> {
  const head = queueHead(ctx.pool, wanted.baseTypeId, ctx.now);
  const answer = await issueFrom(ctx, wanted, { head, from: head.place }).catch((error) => {
    if (!(error instanceof TooFew)) throw error;
    return issueFrom(ctx, wanted, { head: newQueueHead(ctx.pool, wanted.baseTypeId, ctx.now), from: BEGINNING });
  });
  if (answer instanceof Error) throw answer;
  return answer;
}

/** Where in the queue a claim begins to look, and what learns of it. */
type Start = { head: QueueHead; from: number };
/** From there on fewer were found than the agent may have. Thrown, so that others may have those few while he looks elsewhere. */
class TooFew extends Error {}

const issueFrom = (ctx: Ctx, wanted: Wanted, start: Start): Promise<Issuance | Refusal> =>
  retried(
    () => inSqlTransaction(ctx, (tx) => issue(tx, wanted, start)),
    (error) => violates(error, 'issuances_agent_id_request_id_key'),
  );

export function shortageOf({ wanted, allowed, given }: Issuance): Shortage {
  if (given >= wanted) return null;
  return given < allowed ? 'base' : 'limit';
}

// A refusal is returned, not thrown: the word to staff about an empty base must stay.
async function issue(tx: SqlCtx, { baseTypeId, wanted, requestId }: Wanted, start: Start): Promise<Issuance | Refusal> {
  const agentId = actorOf(tx).id;
  // Asked in one breath, answered one after the other: the allowance is read when the agent's row is ours.
  const [, { earlier, ...allowance }] = await Promise.all([
    lockAgent(tx, agentId),
    allowanceAndEarlier(tx, agentId, baseTypeId, requestId),
  ]);
  if (earlier) return earlier;
  if (!allowance.active) return new Refusal('bases:errors.inactive', { base: allowance.name });
  if (allowance.left === 0) return limitUsed(tx, allowance);
  const most = Math.min(wanted, allowance.left);
  const order = { agentId, baseTypeId, requestId, wanted, allowed: allowance.left, most };
  const issuance = await handOut(tx, order, start);
  if (!issuance && start.from > BEGINNING) throw new TooFew();
  if ((issuance?.given ?? 0) < most) await tellShortage(tx, baseTypeId);
  return issuance ?? new Refusal('bases:errors.empty', { base: allowance.name });
}

/**
 * Locks an agent who may work, before all else of the act: a ban that came before holds, one that comes now waits. FOR NO KEY
 * UPDATE lets rows that only point at the agent be written meanwhile.
 */
export async function lockAgent(tx: SqlCtx, agentId: number): Promise<void> {
  const agent = await tx.sql.row<{ works: boolean }>(
    q`SELECT status = 'approved' AND role = 'user' AS works FROM users WHERE id = ${agentId} FOR NO KEY UPDATE`,
    'bases.lock_agent',
  );
  if (!agent?.works) throw new Forbidden({ key: 'bases:errors.notAnAgent' });
}

/** What the agent may take, and what this very request was given before, in one trip: agents of a base queue for each other's locks. */
async function allowanceAndEarlier(tx: SqlCtx, agentId: number, baseTypeId: number, requestId: string) {
  const earlier = q`(SELECT json_build_object('id', e.id, 'agentId', e.agent_id, 'baseTypeId', e.base_type_id, 'wanted', e.wanted,
      'allowed', e.allowed, 'given', e.given)
    FROM issuances e WHERE e.agent_id = ${agentId} AND e.request_id = ${requestId}::uuid) AS earlier`;
  const found = await allowanceOf<{ earlier: Issuance | null }>(tx, agentId, baseTypeId, earlier);
  if (!found) throw new NotFound();
  return found;
}

function limitUsed(tx: SqlCtx, { name, renewsAt }: Allowance): Refusal {
  if (!renewsAt) return new Refusal('bases:errors.limitUsedForLife', { base: name });
  return new Refusal('bases:errors.limitUsed', { base: name, when: momentText(tx, renewsAt) });
}

type HandOut = Wanted & { agentId: number; allowed: number; most: number };

/**
 * Claims up to `most` free contacts from a place of the queue on, records the issuance, makes the contacts the agent's and counts them, in
 * one statement: each one more would be another trip for every agent in the queue. Undefined, and nothing written, when there is none to
 * give; and where it did not begin at the queue's beginning, when there are fewer than `most`.
 *
 * Do not order by id: the planner then walks the primary key past all that was ever issued. Only contacts_queue supplies
 * `place`. A person whom somebody has reported already is nobody else's to call.
 * Of a bound LIMIT the planner assumes a tenth of what is inside, finds a kept plan dear and plans anew each time, which takes as
 * long as the answer: inside stands the next power of ten. Rows are locked as they are asked for, so no more than `most` are.
 * OFFSET 0 keeps each NOT EXISTS a look-up per row; as joins they would read whole tables. An array, not a join, tells the planner
 * of a prepared statement that the contacts to update are few.
 */
async function handOut(
  tx: SqlCtx,
  { agentId, baseTypeId, requestId, wanted, allowed, most }: HandOut,
  { head, from }: Start,
): Promise<Issuance | undefined> {
  const least = from > BEGINNING ? most : 1;
  const day = businessDayOf(tx.now, tx.clock);
  const enough = 10 ** Math.ceil(Math.log10(Math.max(most, 10)));
  const row = await tx.sql.row<{ id: number; given: number; place: number }>(
    q`WITH claimed AS MATERIALIZED (
        SELECT f.id, f.place FROM (
          SELECT c.id, c.place FROM contacts c
          WHERE c.base_type_id = ${baseTypeId} AND c.state = 'free' AND c.place >= ${from}
            AND NOT EXISTS (SELECT FROM contact_returns r WHERE r.contact_id = c.id AND r.agent_id = ${agentId} OFFSET 0)
            AND NOT EXISTS (SELECT FROM suppressions s WHERE s.key = c.key OFFSET 0)
            AND NOT EXISTS (SELECT FROM leads l WHERE l.key = c.key OFFSET 0)
          ORDER BY c.place LIMIT ${fixed(enough)} FOR UPDATE OF c SKIP LOCKED) f
        LIMIT ${most}
      ), issuance AS (
        INSERT INTO issuances (agent_id, base_type_id, request_id, wanted, allowed, given, day, created_at)
        SELECT ${agentId}, ${baseTypeId}, ${requestId}::uuid, ${wanted}, ${allowed}, count(*), ${day}::date, ${tx.now}
        FROM claimed HAVING count(*) >= ${least} RETURNING id, given
      ), handed AS (
        UPDATE contacts SET state = 'issued', agent_id = ${agentId}, issuance_id = (SELECT id FROM issuance), issued_at = ${tx.now},
          outcome = NULL, outcome_at = NULL, note = NULL, copied_at = NULL
        WHERE id = ANY(ARRAY(SELECT id FROM claimed WHERE EXISTS (SELECT FROM issuance)))
      ), tally AS (
        INSERT INTO issuance_tallies (agent_id, base_type_id, day, issued)
        SELECT ${agentId}, ${baseTypeId}, ${day}::date, given FROM issuance
        ON CONFLICT (agent_id, base_type_id, day) DO UPDATE SET issued = issuance_tallies.issued + excluded.issued
      ) SELECT id, given, (SELECT min(place) FROM claimed) AS place FROM issuance`,
    `bases.hand_out.${enough}`,
  );
  if (!row) return undefined;
  raiseQueueHead(head, row.place);
  return { id: row.id, agentId, baseTypeId, wanted, allowed, given: row.given };
}
