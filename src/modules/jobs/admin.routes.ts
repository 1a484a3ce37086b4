import type { Request, Response } from 'express';
import { z } from 'zod';
import { body, params, RequestId } from '../../web/form.ts';
import { hasTranslation } from '../../web/i18n.ts';
import { doors, page } from '../../web/page.ts';
import { done, render, t } from '../../web/render.ts';
import { ctxOf } from '../../web/request.ts';
import { shownFailure, shownJob, type Words } from './present.ts';
import { listJobs, recentFailures } from './queries.ts';
import { runNow } from './run-now.ts';

const can = 'staff:settings:manage';
const home = '/admin/jobs';
const failuresShown = 25;
const Which = z.object({ name: z.string().max(100) });

/** What the house does by itself: when, with what result, and again now. */
export const admin = page(doors.admin)
  .get('/jobs', { can }, showJobs)
  .post('/jobs/:name/runs', { can, again: showJobs }, async (req, res) => {
    await runNow(ctxOf(req), params(Which, req).name, body(z.object({ requestId: RequestId }), req));
    done(res, { to: home, flash: 'jobs:flash.started' });
  });

async function showJobs(req: Request, res: Response): Promise<void> {
  const ctx = ctxOf(req);
  const words: Words = { t: t(req), has: (key) => hasTranslation(key, ctx.locale) };
  const [jobs, failures] = await Promise.all([listJobs(ctx), recentFailures(ctx, failuresShown)]);
  const shown = jobs.map((job) => shownJob(job, words, ctx.now));
  await render(req, res, 'jobs/admin/jobs', {
    title: words.t('jobs:title'),
    busy: jobs.some(({ cron, waiting, running, ended }) => cron && (waiting + running > 0 || ended)),
    scheduled: shown.filter(({ cron }) => cron).sort(byTitle),
    wanted: shown.filter(({ cron }) => !cron).sort(byTitle),
    failures: failures.map((failure) => shownFailure(failure, words)),
  });
}

const byTitle = (a: { title: string }, b: { title: string }): number => a.title.localeCompare(b.title);
