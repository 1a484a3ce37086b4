import { z } from 'zod';
import type { SqlCtx } from '../ctx.ts';
import { defineJob } from '../jobs/queue.ts';
import { composeLetter } from './letter.ts';
import type { Mailer } from './mailer.ts';

const Mail = z.object({
  to: z.email(),
  locale: z.enum(['ru', 'en']),
  /** Key of the letter in `mail.json`: it has `subject` and `text`, and may have `action`. */
  letter: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  /** Where the letter's button leads: a path of ours. */
  link: z.string().startsWith('/').optional(),
});
export type Mail = z.input<typeof Mail>;

const name = 'mail.send';

/** Sends one letter. Only this job talks to the mail server. */
export const mailJob = (mailer: Mailer) =>
  defineJob({
    name,
    data: Mail,
    retryLimit: 8,
    expireInSeconds: 60,
    concurrency: 2,
    // A letter may hold a one-time link: once it is sent, nobody needs to read it here.
    keepSeconds: 600,
    run: (ctx, mail, { id }) => mailer.send({ id, to: mail.to, ...composeLetter(mail, ctx.baseUrl) }),
  });

/** Puts a letter into the act's transaction. */
export const sendMail = (ctx: SqlCtx, mail: Mail): Promise<void> => ctx.jobs.enqueue(ctx, name, mail);
