import type { Failure, JobRow } from './queries.ts';

/** The words of a language, as the doors have them. */
export type Words = { t(key: string, params?: Record<string, unknown>): string; has(key: string): boolean };

/** A job in words; its name itself where a room forgot to give it words. */
export function jobWords(name: string, { t, has }: Words): { title: string; text: string } {
  const key = `jobs:words.${name}`;
  return has(`${key}.title`) ? { title: t(`${key}.title`), text: t(`${key}.text`) } : { title: name, text: '' };
}

/** A job as the page shows it. */
export const shownJob = (job: JobRow, words: Words, now: Date) => ({
  ...job,
  isSoon: job.nextAt !== undefined && job.nextAt.getTime() - now.getTime() < 60_000,
  ...jobWords(job.name, words),
  reason: job.failed && job.fault ? words.t(`jobs:faults.${job.fault}`) : null,
});

export const shownFailure = (failure: Failure, words: Words) => ({
  ...failure,
  title: jobWords(failure.name, words).title,
  reason: words.t(`jobs:faults.${failure.fault}`),
});
