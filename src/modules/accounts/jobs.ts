import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { inBatches } from '../../lib/batches.ts';
import { q, type Sql } from '../../lib/sql.ts';

const atOnce = 5000;

/** Sweeps what has run out: sessions, one-time links, counters. */
const sweep = defineJob({
  name: 'accounts.sweep',
  data: z.object({}),
  cron: '17 4 * * *',
  async run({ sql, now }, _data, { signal }) {
    const monthAgo = new Date(now.getTime() - 30 * 86_400_000);
    const old: ((most: number) => Sql)[] = [
      (most) =>
        q`DELETE FROM sessions WHERE sid IN (SELECT sid FROM sessions WHERE expire < ${now} LIMIT ${most}) AND expire < ${now}`,
      (most) =>
        q`DELETE FROM one_time_tokens WHERE id IN (SELECT id FROM one_time_tokens WHERE expires_at < ${monthAgo} LIMIT ${most})`,
      (most) =>
        q`DELETE FROM throttle_counters WHERE key IN (SELECT key FROM throttle_counters WHERE expires_at < ${now} LIMIT ${most}) AND expires_at < ${now}`,
    ];
    for (const erase of old) await inBatches(atOnce, signal, (size) => sql.run(erase(size)));
  },
});

export const accountJobs = [sweep];
