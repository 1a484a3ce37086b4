import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { q } from '../../lib/sql.ts';

/** Sweeps what has run out: sessions, one-time links, counters. */
const sweep = defineJob({
  name: 'accounts.sweep',
  data: z.object({}),
  cron: '17 4 * * *',
  async run({ sql, now }) {
    await sql.run(q`DELETE FROM sessions WHERE expire < ${now}`);
    await sql.run(q`DELETE FROM one_time_tokens WHERE expires_at < ${new Date(now.getTime() - 30 * 86_400_000)}`);
    await sql.run(q`DELETE FROM throttle_counters WHERE expires_at < ${now}`);
  },
});

export const accountJobs = [sweep];
