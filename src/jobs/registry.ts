import { fileJobs } from '../files/jobs.ts';
import { mailJob } from '../mail/jobs.ts';
import type { Mailer } from '../mail/mailer.ts';
import { accountJobs } from '../modules/accounts/jobs.ts';
import { auditJobs } from '../modules/audit/jobs.ts';
import { baseJobs } from '../modules/bases/jobs.ts';
import { importJobs } from '../modules/imports/jobs.ts';
import { leadJobs } from '../modules/leads/jobs.ts';
import { notificationJobs } from '../modules/notifications/jobs.ts';
import { supportJobs } from '../modules/support/jobs.ts';
import type { Job } from './queue.ts';

/** Every job of the house. A new room adds one line. */
export const jobs = ({ mailer }: { mailer: Mailer }): Job[] => [
  mailJob(mailer),
  ...accountJobs,
  ...baseJobs,
  ...importJobs,
  ...supportJobs,
  ...leadJobs,
  ...notificationJobs,
  ...auditJobs,
  ...fileJobs,
];
