import { fileJobs } from '../files/jobs.ts';
import { mailJob } from '../mail/jobs.ts';
import type { Mailer } from '../mail/mailer.ts';
import { accountJobs } from '../modules/accounts/jobs.ts';
import { auditJobs } from '../modules/audit/jobs.ts';
import { baseJobs } from '../modules/bases/jobs.ts';
import { botJobs } from '../modules/bot/jobs.ts';
import { importJobs } from '../modules/imports/jobs.ts';
import { leadJobs } from '../modules/leads/jobs.ts';
import { notificationJobs } from '../modules/notifications/jobs.ts';
import { supportJobs } from '../modules/support/jobs.ts';
import type { TelegramApi } from '../telegram/api.ts';
import { telegramWords } from '../telegram/words.ts';
import type { Job } from './queue.ts';

type Outside = { mailer: Mailer; telegram: TelegramApi | null; webhook: { url: string; secret: string } | null };

/** Every job of the house. A new room adds one line. */
export const jobs = ({ mailer, telegram, webhook }: Outside): Job[] => [
  mailJob(mailer),
  ...accountJobs,
  ...baseJobs,
  ...importJobs,
  ...supportJobs,
  ...leadJobs,
  ...notificationJobs,
  ...auditJobs,
  ...fileJobs,
  ...botJobs(telegram, telegramWords, webhook),
];
