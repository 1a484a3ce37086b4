import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { sendDigests } from './digest.ts';
import { sweepDrafts } from './drafts.ts';

const digest = defineJob({
  name: 'leads.digest',
  data: z.object({}),
  cron: '5 * * * *',
  run: sendDigests,
});

const sweep = defineJob({
  name: 'leads.sweep-drafts',
  data: z.object({}),
  cron: '41 4 * * *',
  run: sweepDrafts,
});

export const leadJobs = [digest, sweep];
