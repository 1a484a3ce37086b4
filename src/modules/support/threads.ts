import { type Actor, actorOf, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { ofSamePerson } from './person.ts';
import { getPurpose } from './purposes.ts';

const statuses = ['open', 'waiting', 'closed'] as const;
export const priorities = ['low', 'normal', 'high'] as const;

export type Thread = {
  id: number;
  /** Whose it is: a user's, or a guest's, who writes from Telegram and has no account. Exactly one of the two is set. */
  personId: number | null;
  guestId: number | null;
  purposeId: number;
  titleRu: string;
  titleEn: string;
  departmentId: number;
  department: string;
  assigneeId: number | null;
  assignee: string | null;
  /** `open`: the person waits for us; `waiting`: we wait for the person. */
  status: (typeof statuses)[number];
  priority: (typeof priorities)[number];
  tags: string[];
  waitingSince: Date | null;
  unreadForStaff: number;
  unreadForPerson: number;
  lastMessageAt: Date | null;
  closedAt: Date | null;
  archivedAt: Date | null;
  firstAnswerAt: Date | null;
  firstAnswerSeconds: number | null;
  /** The clock as it was last set going; see clock.ts. */
  clockSeconds: number;
  waitedSeconds: number;
  clockFrom: Date | null;
  /** When an open thread is overdue; null: never. */
  dueAt: Date | null;
  /** When the person was last told that the department is closed. */
  awayToldAt: Date | null;
  rating: number | null;
  ratingText: string;
  ratedAt: Date | null;
  /** How many threads became part of it. */
  merges: number;
  /** How many changes of what was said here the actor may know of: of notes only staff. */
  version: number;
};

/** Whose a thread is: exactly one of the two is set. */
export type Whose = Pick<Thread, 'personId' | 'guestId'>;

const columnsFor = ({
  actor,
}: SqlCtx): Sql => q`t.id, t.person_id AS "personId", t.guest_id AS "guestId", t.purpose_id AS "purposeId", t.department_id AS "departmentId",
  (SELECT p.title_ru FROM purposes p WHERE p.id = t.purpose_id) AS "titleRu",
  (SELECT p.title_en FROM purposes p WHERE p.id = t.purpose_id) AS "titleEn",
  (SELECT d.name FROM departments d WHERE d.id = t.department_id) AS department,
  t.assignee_id AS "assigneeId", (SELECT u.name FROM users u WHERE u.id = t.assignee_id) AS assignee,
  t.status::text, t.priority::text, t.tags, t.waiting_since AS "waitingSince", t.unread_for_staff AS "unreadForStaff",
  t.unread_for_person AS "unreadForPerson", t.last_message_at AS "lastMessageAt", t.closed_at AS "closedAt", t.archived_at AS "archivedAt",
  t.first_answer_at AS "firstAnswerAt", t.first_answer_seconds AS "firstAnswerSeconds", t.clock_seconds AS "clockSeconds", t.waited_seconds AS "waitedSeconds",
  t.clock_from AS "clockFrom", t.due_at AS "dueAt", t.away_told_at AS "awayToldAt", t.rating, t.rating_text AS "ratingText", t.rated_at AS "ratedAt", t.merges,
  (SELECT count(*)::int FROM message_versions v WHERE v.thread_id = t.id${actor && isStaff(actor) ? q`` : q` AND v.message_id IS NOT NULL`}) AS version`;

/** Answering threads makes one staff here, whatever the role is called. */
export const isStaff = (actor: Actor): boolean => actor.permissions.has('staff:threads:answer');

/** A thread that the actor may see: staff any, a person his own. Throws NotFound. */
export async function getThread(ctx: SqlCtx, id: number): Promise<Thread> {
  const thread = await ctx.sql.row<Thread>(
    q`SELECT ${columnsFor(ctx)} FROM threads t WHERE t.id = ${id} AND ${visibleTo(actorOf(ctx))}`,
  );
  return thread ?? getThread(ctx, await mergedInto(ctx, id));
}

/** A thread of the actor's own. Anybody else's does not exist behind this door, for staff neither. Throws NotFound. */
export async function getOwnThread(ctx: SqlCtx, id: number): Promise<Thread> {
  const thread = await getThread(ctx, id);
  if (thread.personId !== actorOf(ctx).id) throw new NotFound();
  return thread;
}

/** A thread that the actor may see, locked until the transaction ends: whatever changes a thread goes through here, one act after another. */
export async function lockThread(tx: SqlCtx, id: number): Promise<Thread> {
  const locked = await tx.sql.row(
    q`SELECT t.id FROM threads t WHERE t.id = ${id} AND ${visibleTo(actorOf(tx))} FOR UPDATE`,
  );
  // Whoever waited for a merge goes on in what became of it.
  if (!locked) return lockThread(tx, await mergedInto(tx, id));
  // A statement of its own: the first one may have waited, and its names would be those of before.
  return getThread(tx, id);
}

/** A thread of this user or guest, locked. Anybody else's does not exist. Throws NotFound. */
export async function lockOwnThread(tx: SqlCtx, whose: Whose, id: number): Promise<Thread> {
  const locked = await tx.sql.row(
    q`SELECT t.id FROM threads t WHERE t.id = ${id} AND ${ofSamePerson(whose)} FOR UPDATE`,
  );
  return locked ? readThread(tx, id) : lockOwnThread(tx, whose, await mergedInto(tx, id));
}

/** What a thread that is no more became part of. Throws NotFound when it never was. */
async function mergedInto(ctx: SqlCtx, id: number): Promise<number> {
  const merge = await ctx.sql.row<{ intoId: number }>(
    q`SELECT into_id AS "intoId" FROM thread_merges WHERE from_id = ${id}`,
    'support.merged_into',
  );
  if (!merge) throw new NotFound();
  return merge.intoId;
}

/** Holds whatever else the actor begins: of two first messages at once the second finds what the first made. */
export const lockPerson = (tx: SqlCtx): Promise<number> =>
  tx.sql.run(q`SELECT id FROM users WHERE id = ${actorOf(tx).id} FOR NO KEY UPDATE`);

/** The newest thread of the actor's own, if there is one. */
export async function latestOwn(ctx: SqlCtx): Promise<number | undefined> {
  const row = await ctx.sql.row<{ id: number }>(q`
    SELECT id FROM threads WHERE person_id = ${actorOf(ctx).id} ORDER BY last_message_at DESC NULLS LAST, id DESC LIMIT 1`);
  return row?.id;
}

/** Makes a thread of the actor's own, in the department of its purpose. */
export const makeThread = (tx: SqlCtx, purposeId: number | undefined): Promise<Thread> =>
  makeThreadOf(tx, { personId: actorOf(tx).id, guestId: null }, purposeId);

/** The same for whoever writes from elsewhere. */
export async function makeThreadOf(tx: SqlCtx, whose: Whose, purposeId: number | undefined): Promise<Thread> {
  const purpose = await getPurpose(tx, purposeId);
  const made = await tx.sql.row<{ id: number }>(q`
    INSERT INTO threads (person_id, guest_id, purpose_id, department_id, created_at, waiting_since)
    VALUES (${whose.personId}, ${whose.guestId}, ${purpose.id}, ${purpose.departmentId}, ${tx.now}, ${tx.now}) RETURNING id`);
  if (!made) throw new Error('The thread was not made');
  return readThread(tx, made.id);
}

/**
 * The thread into which goes what somebody says from elsewhere, locked: the one that he answers, if it is his, else the newest that is not
 * closed. Undefined when there is none.
 */
export async function lockThreadOf(
  tx: SqlCtx,
  whose: Whose,
  answered: number | undefined,
): Promise<Thread | undefined> {
  const own = ofSamePerson(whose);
  const found = await tx.sql.row<{ id: number }>(q`
    SELECT t.id FROM threads t WHERE ${own} AND (t.id = ${answered ?? null}::int OR t.status <> 'closed')
    ORDER BY t.id = ${answered ?? null}::int DESC NULLS LAST, t.last_message_at DESC NULLS LAST, t.id DESC LIMIT 1`);
  if (!found) return undefined;
  const locked = await tx.sql.row(q`SELECT t.id FROM threads t WHERE t.id = ${found.id} AND ${own} FOR UPDATE`);
  // Merged or linked meanwhile: what became of it is found anew.
  return locked ? readThread(tx, found.id) : lockThreadOf(tx, whose, undefined);
}

async function readThread(ctx: SqlCtx, id: number): Promise<Thread> {
  const thread = await ctx.sql.row<Thread>(q`SELECT ${columnsFor(ctx)} FROM threads t WHERE t.id = ${id}`);
  if (!thread) throw new NotFound();
  return thread;
}

/** Another thread has become part of this one since the page was drawn: there is more in it than the page shows. */
export class MergedMeanwhile extends Refusal {}

/** Throws MergedMeanwhile. A page of before this was asked says nothing. */
export function refuseMerged({ merges }: Thread, seenMerges: number | undefined): void {
  if (seenMerges !== undefined && seenMerges !== merges) throw new MergedMeanwhile('support:errors.mergedMeanwhile');
}

const visibleTo = (actor: Actor): Sql => (isStaff(actor) ? q`true` : q`t.person_id = ${actor.id}`);
