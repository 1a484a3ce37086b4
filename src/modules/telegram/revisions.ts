import type { SqlCtx } from '../../ctx.ts';
import { q } from '../../lib/sql.ts';
import { minutesAgo, staleMinutes } from './again.ts';
import { DELIVER_JOB, EDIT_JOB } from './deliveries.ts';
import type { Claimed } from './outgoing.ts';

/** Up to which of its edits an answer is being changed in Telegram; `unchanged`: staff see that an earlier one did not succeed. */
export type Revision = Claimed & { edits: number; unchanged: boolean };

/** Takes an answer that was said otherwise, for one worker alone; undefined while it is being sent: then it is changed afterwards. */
export const claimRevision = (ctx: SqlCtx, messageId: number): Promise<Revision | undefined> =>
  ctx.sql.row<Revision>(q`
    UPDATE message_deliveries SET revising_since = ${ctx.now}
    WHERE message_id = ${messageId} AND channel = 'telegram' AND state <> 'sending' AND edits > edits_carried
      AND revising_since IS NULL AND due_at <= ${ctx.now}
    RETURNING message_id AS "messageId", chat_id AS "chatId", parts_sent AS "partsSent", attempts, edits,
      coalesce(reason = 'unchanged', false) AS unchanged`);

/** A message of Telegram is there no more. */
export const forgetPart = (ctx: SqlCtx, chatId: number, telegramId: number): Promise<number> =>
  ctx.sql.run(q`DELETE FROM telegram_messages WHERE chat_id = ${chatId} AND telegram_id = ${telegramId}`);

/** What stands in Telegram says what the answer says; with `more`, the rest of it is still to be sent. */
export async function revised(tx: SqlCtx, { messageId, chatId, edits }: Revision, more: boolean): Promise<void> {
  const row = await tx.sql.row<{ sending: boolean; edited: boolean }>(q`
    UPDATE message_deliveries SET revising_since = NULL, attempts = 0, edits_carried = ${edits}, changed_at = ${tx.now},
      state = CASE WHEN state = 'failed' AND reason <> 'unchanged' OR state = 'sending' THEN state
        WHEN ${more} THEN 'sending' ELSE 'sent' END,
      reason = CASE WHEN reason <> 'unchanged' THEN reason END, detail = CASE WHEN reason <> 'unchanged' THEN detail END
    WHERE message_id = ${messageId} AND channel = 'telegram' RETURNING state = 'sending' AS sending, edits > edits_carried AS edited`);
  if (row?.sending) await tx.jobs.enqueue(tx, DELIVER_JOB, { chatId });
  else if (row?.edited) await tx.jobs.enqueue(tx, EDIT_JOB, { messageId });
}

/**
 * Telegram shows what it showed, and staff see so. What had failed before has its own reason, and is changed with a further try; when that
 * has been asked for meanwhile, the change is still to be carried.
 */
export async function notRevised(tx: SqlCtx, { messageId, chatId, edits }: Revision, detail: string): Promise<boolean> {
  const row = await tx.sql.row<{ sending: boolean }>(q`
    UPDATE message_deliveries SET revising_since = NULL, changed_at = ${tx.now},
      edits_carried = CASE WHEN state = 'sending' THEN edits_carried ELSE ${edits} END,
      reason = CASE WHEN state = 'sent' THEN 'unchanged' ELSE reason END, detail = CASE WHEN state = 'sent' THEN ${detail.slice(0, 300)} ELSE detail END,
      state = CASE WHEN state = 'sent' THEN 'failed' ELSE state END
    WHERE message_id = ${messageId} AND channel = 'telegram' RETURNING state = 'sending' AS sending`);
  if (row?.sending) await tx.jobs.enqueue(tx, DELIVER_JOB, { chatId });
  return row?.sending === false;
}

/** Answers whose change is due for a while: the job, or the worker that was at it, is lost. To change them twice harms nobody. */
export const releaseRevisions = (ctx: SqlCtx): Promise<{ messageId: number }[]> =>
  ctx.sql.rows<{ messageId: number }>(q`
    UPDATE message_deliveries SET revising_since = NULL
    WHERE edits > edits_carried AND state <> 'sending' AND due_at < ${minutesAgo(ctx, 1)}
      AND (revising_since IS NULL AND changed_at < ${minutesAgo(ctx, 1)} OR revising_since < ${minutesAgo(ctx, staleMinutes)})
    RETURNING message_id AS "messageId"`);
