import { actorOf, type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { NotFound, Refusal } from '../../errors.ts';
import { q } from '../../lib/sql.ts';
import { record } from '../audit/index.ts';
import { settle } from '../notifications/index.ts';
import { carryEdit } from '../telegram/index.ts';
import { mention } from './mentions.ts';
import { tellOfThread } from './news.ts';
import { rectify } from './taking-back.ts';
import { isStaff, lockThread, type Thread } from './threads.ts';

/** What somebody wrote into a thread: a message, or a note for colleagues. */
export type Said = { kind: 'message' | 'note'; id: number };
/** `version` is what its page showed: how often it was changed. */
export type OwnWords = {
  /** Nobody but the author changes it; colleagues may look. */
  mine: boolean;
  text: string;
  fromStaff: boolean;
  files: number;
  deleted: boolean;
  fresh: boolean;
  version: number;
};

export const changeMinutes = 5;

/** What stands there now: the actor's own words, or for staff anybody's. Throws NotFound. */
export async function wordsOf(ctx: SqlCtx, thread: Thread, { kind, id }: Said): Promise<OwnWords> {
  const actor = actorOf(ctx);
  const from =
    kind === 'message'
      ? q`(SELECT x.*, (SELECT count(*)::int FROM attachments a WHERE a.message_id = x.id) AS files FROM messages x)`
      : q`(SELECT x.*, true AS from_staff, 0 AS files FROM thread_events x WHERE x.kind = 'note')`;
  // The database's clock decides, so that no server's own does.
  const words = await ctx.sql.row<OwnWords>(q`
    SELECT x.author_id IS NOT DISTINCT FROM ${actor.id} AS mine, x.text, x.from_staff AS "fromStaff", x.files, x.deleted_at IS NOT NULL AS deleted,
      x.created_at > clock_timestamp() - make_interval(mins => ${changeMinutes}::int) AS fresh,
      (SELECT count(*)::int FROM message_versions v WHERE v.${kind === 'message' ? q`message_id` : q`event_id`} = x.id) AS version
    FROM ${from} x WHERE x.id = ${id} AND x.thread_id = ${thread.id} AND (x.author_id = ${actor.id} OR ${isStaff(actor)})`);
  if (!words) throw new NotFound();
  return words;
}

/**
 * The author says it otherwise, within five minutes; what stood there is kept. The same words again change nothing. Throws a
 * Refusal when it is too late, when there is nothing left, or when another page of his changed it meanwhile.
 */
export async function editMessage(
  ctx: Ctx,
  threadId: number,
  said: Said,
  { text, seenVersion }: { text: string; seenVersion: number },
) {
  await changing(ctx, threadId, said, async (tx, thread, words) => {
    if (!words.deleted && text === words.text) return;
    refuseLate(words);
    if (words.deleted || words.version !== seenVersion)
      throw new Refusal('support:errors.changedMeanwhile', undefined, 'text');
    if (text === '' && words.files === 0) throw new Refusal('support:errors.empty', undefined, 'text');
    await keepVersion(tx, thread, said, words);
    await tx.sql.run(q`UPDATE ${tableOf(said)} SET text = ${text}, edited_at = ${tx.now} WHERE id = ${said.id}`);
    if (said.kind === 'note') await mention(tx, thread, { id: said.id, text });
    await tell(tx, thread, said, 'edited');
  });
}

/**
 * The author takes it back, within five minutes: its place stays, its words and files are staff's to see. It is unread no more;
 * whoever waited for an answer that is gone waits again. A deleted one stays so. Throws a Refusal when it is too late.
 */
export async function deleteMessage(ctx: Ctx, threadId: number, said: Said): Promise<void> {
  await changing(ctx, threadId, said, async (tx, thread, words) => {
    if (words.deleted) return;
    refuseLate(words);
    await keepVersion(tx, thread, said, words);
    await tx.sql.run(q`UPDATE ${tableOf(said)} SET text = '', deleted_at = ${tx.now} WHERE id = ${said.id}`);
    if (said.kind === 'message') await rectify(tx, thread, { ...words, id: said.id });
    else await settle(tx, ['mention'], said.id);
    await tell(tx, thread, said, 'deleted');
  });
}

type Work = (tx: SqlCtx, thread: Thread, words: OwnWords) => Promise<void>;

const changing = (ctx: Ctx, threadId: number, said: Said, work: Work): Promise<void> =>
  inSqlTransaction(ctx, async (tx) => {
    const thread = await lockThread(tx, threadId);
    const words = await wordsOf(tx, thread, said);
    if (!words.mine) throw new NotFound();
    await work(tx, thread, words);
  });

function refuseLate({ fresh }: OwnWords): void {
  if (!fresh) throw new Refusal('support:errors.tooLate', { count: changeMinutes }, 'text');
}

const tableOf = ({ kind }: Said) => (kind === 'message' ? q`messages` : q`thread_events`);

export const keepVersion = (
  tx: SqlCtx,
  thread: Pick<Thread, 'id'>,
  { kind, id }: Said,
  { text }: { text: string },
): Promise<number> =>
  tx.sql.run(q`
    INSERT INTO message_versions (thread_id, message_id, event_id, text, replaced_at)
    VALUES (${thread.id}, ${kind === 'message' ? id : null}::int, ${kind === 'note' ? id : null}::int, ${text}, ${tx.now})`);

async function tell(tx: SqlCtx, thread: Thread, { kind, id }: Said, how: 'edited' | 'deleted'): Promise<void> {
  await record(tx, {
    action: `${kind}.${how}`,
    subject: { type: 'thread', id: thread.id },
    userId: thread.personId,
    details: { [kind === 'message' ? 'messageId' : 'noteId']: id },
  });
  if (kind === 'message') await carryEdit(tx, id);
  await tellOfThread(tx, thread, { person: kind === 'message' });
}
