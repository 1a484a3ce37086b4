import { z } from 'zod';
import type { Ctx, SqlCtx } from '../../ctx.ts';
import { defineJob } from '../../jobs/queue.ts';
import { q } from '../../lib/sql.ts';
import type { TelegramApi } from '../../telegram/api.ts';

export const CHECK_JOB = 'telegram.check';

export type BotState = { username: string | null; fault: string | null; checkedAt: Date };

/** What the bot last said of itself; undefined before it was asked. No page waits for Telegram. */
export const botState = (ctx: Pick<SqlCtx, 'sql'>): Promise<BotState | undefined> =>
  ctx.sql.row<BotState>(q`SELECT username, fault, checked_at AS "checkedAt" FROM telegram_bot`, 'telegram.bot');

/** Asks the bot its name, and where updates are pushed says where to. */
export const checkJob = (api: TelegramApi | null, webhook: { url: string; secret: string } | null) =>
  defineJob({
    name: CHECK_JOB,
    data: z.object({}),
    cron: '*/10 * * * *',
    retryLimit: 0,
    keepSeconds: 3600,
    async run(ctx: Ctx) {
      if (!api) return;
      const name = await api.name();
      const hook = name.ok && webhook ? await api.setWebhook(webhook.url, webhook.secret) : name;
      const fault = hook.ok ? null : 'detail' in hook ? hook.detail : hook.reason;
      await ctx.sql.run(q`
        INSERT INTO telegram_bot (id, username, fault, checked_at) VALUES (1, ${name.ok ? name.value : null}, ${fault}, ${ctx.now})
        ON CONFLICT (id) DO UPDATE SET username = coalesce(excluded.username, telegram_bot.username), fault = excluded.fault,
          checked_at = excluded.checked_at`);
    },
  });
