import { z } from 'zod';
import { defineJob } from '../../jobs/queue.ts';
import { resumeAbandoned } from './resume.ts';
import { runImport } from './run.ts';
import { RUN_JOB } from './start.ts';
import { UNDO_JOB, workUndo } from './undo.ts';

const Which = z.object({ importId: z.number().int() });
const HOURS = 3_600;

const run = defineJob({
  name: RUN_JOB,
  data: Which,
  expireInSeconds: 12 * HOURS,
  run: (ctx, { importId }, { signal }) => runImport(ctx, importId, signal),
});

const undo = defineJob({
  name: UNDO_JOB,
  data: Which,
  expireInSeconds: HOURS,
  run: (ctx, { importId }) => workUndo(ctx, importId),
});

// The queue notices a dead worker only when a job's time is up, which for an import is long.
const resume = defineJob({
  name: 'imports.resume-abandoned',
  data: z.object({}),
  cron: '* * * * *',
  run: async (ctx) => void (await resumeAbandoned(ctx)),
});

export const importJobs = [run, undo, resume];
