import { z } from 'zod';
import { defineJob } from '../jobs/queue.ts';
import { removeOrphans } from './orphans.ts';

const orphans = defineJob({
  name: 'files.orphans',
  data: z.object({}),
  cron: '53 4 * * *',
  expireInSeconds: 3600,
  run: async (ctx, _data, { signal }) => void (await removeOrphans(ctx, signal)),
});

export const fileJobs = [orphans];
