import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { deliverDue } from './deliver.ts';
import { expandEvents } from './expand.ts';
import { WORK_JOB } from './notify.ts';
import { endSnoozes, sweepOld } from './sweep.ts';

/** Put in by every act that tells somebody; and each minute for what waits: letters, and what a broken run has left. */
const work = defineJob({
  name: WORK_JOB,
  data: z.object({}),
  cron: '* * * * *',
  keepSeconds: 3600,
  async run(ctx) {
    await expandEvents(ctx);
    await endSnoozes(ctx);
    await deliverDue(ctx);
  },
});

const sweep = defineJob({
  name: 'notifications.sweep',
  data: z.object({}),
  cron: '23 4 * * *',
  run: sweepOld,
});

export const notificationJobs = [work, sweep];
