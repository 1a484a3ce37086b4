import { z } from 'zod';
import type { Ctx } from '../../ctx.ts';
import { defineJob, type Job } from '../../jobs/queue.ts';
import type { TelegramApi } from '../../telegram/api.ts';
import {
  askJob,
  chatsDue,
  chatsUnread,
  checkJob,
  DELIVER_JOB,
  EDIT_JOB,
  forgetCodes,
  forgetUpdates,
  giveUpStale,
  READ_JOB,
  releaseRevisions,
  sayJob,
  type Words,
} from '../telegram/index.ts';
import { deliverTo, tell } from './deliver.ts';
import { editThere } from './edit.ts';
import { readChat } from './read.ts';

/** Jobs of the bot. Where it is switched off they are known and do nothing, so that what is left of it does not pile up. */
export const botJobs = (
  api: TelegramApi | null,
  words: Words,
  webhook: { url: string; secret: string } | null,
): Job[] => [
  defineJob({
    name: READ_JOB,
    data: z.object({ chat: z.string() }),
    concurrency: 4,
    retryLimit: 10,
    keepSeconds: 3600,
    run: async (ctx: Ctx, { chat }) => (api ? readChat(ctx, api, words, chat) : undefined),
  }),
  defineJob({
    name: DELIVER_JOB,
    data: z.object({ chatId: z.int() }),
    concurrency: 4,
    keepSeconds: 3600,
    run: async (ctx: Ctx, { chatId }) => (api ? deliverTo(ctx, api, chatId) : undefined),
  }),
  defineJob({
    name: EDIT_JOB,
    data: z.object({ messageId: z.int() }),
    keepSeconds: 3600,
    run: async (ctx: Ctx, { messageId }) => (api ? editThere(ctx, api, messageId) : undefined),
  }),
  defineJob({
    name: 'telegram.sweep',
    data: z.object({}),
    cron: '* * * * *',
    retryLimit: 0,
    keepSeconds: 3600,
    async run(ctx: Ctx) {
      for (const id of await giveUpStale(ctx)) await tell(ctx, id, 'unknown');
      for (const { chatId } of api ? await chatsDue(ctx) : []) await ctx.jobs.enqueue(ctx, DELIVER_JOB, { chatId });
      for (const data of api ? await releaseRevisions(ctx) : []) await ctx.jobs.enqueue(ctx, EDIT_JOB, data);
      for (const data of api ? await chatsUnread(ctx) : []) await ctx.jobs.enqueue(ctx, READ_JOB, data);
      await forgetUpdates(ctx);
      await forgetCodes(ctx);
    },
  }),
  askJob,
  sayJob(api, words),
  checkJob(api, webhook),
];
