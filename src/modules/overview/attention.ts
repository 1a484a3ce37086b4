import type { Ctx } from '../../ctx.ts';
import { sharedRows } from '../../lib/shared-rows.ts';
import { q } from '../../lib/sql.ts';
import { waitingCount } from '../accounts/index.ts';
import { baseLevels, openLimitRequestCount } from '../bases/index.ts';
import { pendingLeadCount } from '../leads/index.ts';
import { overdueCount } from '../support/index.ts';

type Word =
  | 'registrations'
  | 'leads'
  | 'overdue'
  | 'threads'
  | 'waiting'
  | 'limits'
  | 'imports'
  | 'brokenImports'
  | 'bases';
export type Matter = {
  /** Key of the words that go with the count. */
  words: `overview:attention.${Word}`;
  count: number;
  href: string;
  tone: 'info' | 'warning' | 'danger';
  /** The names of what it is about, where a number alone would send people searching. */
  names?: string[];
};

/** What waits for somebody of the staff, the most pressing first; nothing that is in order. */
export async function whatNeedsAttention(ctx: Ctx): Promise<Matter[]> {
  const [registrations, leads, overdue, limits, levels, counts] = await Promise.all([
    waitingCount(ctx),
    pendingLeadCount(ctx),
    overdueCount(ctx),
    openLimitRequestCount(ctx),
    baseLevels(ctx),
    countOthers(ctx),
  ]);
  const low = levels.filter(({ active, tone }) => active && tone !== null);
  const matters: Matter[] = [
    {
      words: 'overview:attention.bases',
      count: low.length,
      href: '/admin/bases',
      tone: low.some(({ free }) => free === 0) ? 'danger' : 'warning',
      names: low.map(({ name }) => name),
    },
    { words: 'overview:attention.brokenImports', count: counts.brokenImports, href: '/admin/imports', tone: 'danger' },
    { words: 'overview:attention.overdue', count: overdue, href: '/support?status=overdue', tone: 'danger' },
    {
      words: 'overview:attention.registrations',
      count: registrations,
      href: '/admin/users?status=pending&confirmed=yes',
      tone: 'warning',
    },
    { words: 'overview:attention.leads', count: leads, href: '/admin/leads/queue', tone: 'warning' },
    { words: 'overview:attention.threads', count: counts.threads, href: '/support', tone: 'warning' },
    {
      words: 'overview:attention.waiting',
      // Where all of them are unread, the line above has said it.
      count: counts.waiting > counts.threads ? counts.waiting : 0,
      href: '/support?status=open',
      tone: 'warning',
    },
    { words: 'overview:attention.limits', count: limits, href: '/admin/limits', tone: 'warning' },
    { words: 'overview:attention.imports', count: counts.imports, href: '/admin/imports', tone: 'info' },
  ];
  return matters.filter(({ count }) => count > 0);
}

type Counts = { threads: number; waiting: number; imports: number; brokenImports: number };

async function countOthers(ctx: Ctx): Promise<Counts> {
  const [counts] = await sharedRows<Counts>(
    ctx.sql,
    q`
    SELECT (SELECT count(*)::int FROM threads WHERE unread_for_staff > 0) AS threads,
      (SELECT count(*)::int FROM threads WHERE queue_rank < 2) AS waiting,
      (SELECT count(*)::int FROM imports WHERE status IN ('queued', 'running')) AS imports,
      (SELECT count(*)::int FROM imports WHERE status = 'interrupted') AS "brokenImports"`,
    'overview.others',
  );
  return counts ?? { threads: 0, waiting: 0, imports: 0, brokenImports: 0 };
}
