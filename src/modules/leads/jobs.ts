import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { sendDigests } from './digest.ts';
import { sweepDrafts } from './drafts.ts';
import { keepLeadTallies } from './tallies.ts';

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

const tallies = defineJob({
  name: 'leads.keep-tallies',
  data: z.object({}),
  cron: '1,16,31,46 * * * *',
  run: keepLeadTallies,
});

export const leadJobs = [digest, sweep, tallies];
