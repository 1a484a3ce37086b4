import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { tellOfLow, watchLevels } from './low-water.ts';
import { foldBaseTallies } from './tallies.ts';

/** Tells staff that somebody got less than the limit allowed. */
const tellShortage = defineJob({
  name: 'bases.tell-shortage',
  data: z.object({ baseTypeId: z.int() }),
  run: (ctx, { baseTypeId }) => tellOfLow(ctx, baseTypeId),
});

/** Looks for bases that run low. */
const watch = defineJob({
  name: 'bases.watch-levels',
  data: z.object({}),
  cron: '*/5 * * * *',
  run: (ctx) => watchLevels(ctx),
});

const fold = defineJob({
  name: 'bases.fold-tallies',
  data: z.object({}),
  cron: '11 * * * *',
  run: foldBaseTallies,
});

export const baseJobs = [tellShortage, watch, fold];
