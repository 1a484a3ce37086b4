import { z } from 'zod';
import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { defineJob } from '../../jobs/queue.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { notify } from '../notifications/index.ts';
import { archiveClosed } from './archive.ts';
import { assignWaiting, returnAbandoned } from './assign.ts';
import { assignJob } from './assign-wanted.ts';
import { tellOverdue, tellUnattended } from './overdue.ts';
import type { Posted } from './post.ts';
import { sendReports } from './report.ts';
import { forgetViewers } from './viewing.ts';

// Who is at the screen reads it within this time and needs no letter.
const delaySeconds = 120;
const name = 'support.tell-answered';

/** Puts the telling of the first unread answer into the act's transaction. Later ones of the streak ride on it. */
export const enqueueLetter = (tx: SqlCtx, { id }: Posted): Promise<void> =>
  tx.jobs.enqueue(tx, name, { messageId: id }, { startAfter: delaySeconds });

// The answer that was to be told of, or, when it was deleted, the next one that the person has not read.
const firstUnread = (
  messageId: number,
): Sql => q`(SELECT min(n.id) FROM messages x JOIN messages n ON n.thread_id = x.thread_id
  WHERE x.id = ${messageId} AND n.id >= x.id AND n.from_staff AND n.read_at IS NULL AND n.deleted_at IS NULL
    AND (n.id = x.id OR x.deleted_at IS NOT NULL))`;

type Told = { personId: number; subjectId: number };

const tellAnswered = defineJob({
  name,
  data: z.object({ messageId: z.int().positive() }),
  run: (ctx: Ctx, { messageId }) =>
    inSqlTransaction(ctx, async (tx) => {
      // Who has it in Telegram needs no letter. The mark and the telling are one transaction: a job that runs twice tells once.
      const told = await tx.sql.row<Told>(q`
        UPDATE threads t SET mailed_message_id = m.id FROM messages m, users u
        WHERE m.id = ${firstUnread(messageId)} AND t.id = m.thread_id AND u.id = t.person_id
          AND t.mailed_message_id IS DISTINCT FROM m.id AND u.status <> 'banned'
          AND NOT EXISTS (SELECT FROM message_deliveries d WHERE d.message_id = m.id AND d.state = 'sent')
        RETURNING t.person_id AS "personId", t.id AS "subjectId"`);
      if (told) await notify(tx, { type: 'support.answer', ...told });
    }),
});

// What is missed now is done a minute later, so nothing is tried again.
const everyMinute = { data: z.object({}), retryLimit: 0, expireInSeconds: 60, keepSeconds: 600, cron: '* * * * *' };

const assign = defineJob({
  name: assignJob,
  // Acts ask for it; the clock asks too, for those who came, freed themselves or went away meanwhile.
  ...everyMinute,
  async run(ctx: Ctx) {
    await returnAbandoned(ctx);
    await assignWaiting(ctx);
    await tellUnattended(ctx);
    await forgetViewers(ctx);
  },
});

const overdue = defineJob({
  name: 'support.overdue',
  ...everyMinute,
  run: async (ctx) => void (await tellOverdue(ctx)),
});

const archive = defineJob({
  name: 'support.archive',
  data: z.object({}),
  cron: '31 3 * * *',
  expireInSeconds: 3600,
  run: async (ctx, _data, { signal }) => void (await archiveClosed(ctx, signal)),
});

/** Often, though it acts once a day: a worker that was away at 22:00 makes up for it when it is back. */
const report = defineJob({
  name: 'support.report',
  data: z.object({}),
  cron: '*/10 * * * *',
  run: sendReports,
});

/** Jobs of the room, for the registry. */
export const supportJobs = [tellAnswered, assign, overdue, archive, report];
