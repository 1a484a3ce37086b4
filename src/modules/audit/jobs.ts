import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { archiveOldEvents } from './archive.ts';

const archive = defineJob({
  name: 'audit.archive',
  data: z.object({}),
  cron: '47 3 * * *',
  expireInSeconds: 3600,
  run: async (ctx, _data, { signal }) => void (await archiveOldEvents(ctx, signal)),
});

export const auditJobs = [archive];
