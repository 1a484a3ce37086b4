import { type Ctx, inSqlTransaction, type Locale } from '../../ctx.ts';
import { q, type Sql } from '../../lib/sql.ts';
import { sendMail } from '../../mail/jobs.ts';
import { whoWants } from '../notifications/index.ts';
import { noCounts } from './agent-stats.ts';
import type { Status } from './filter.ts';
import { shownContact } from './present.ts';

type Told = {
  agentId: number;
  email: string;
  locale: string;
  key: string;
  value: string;
  status: Status;
  note: string | null;
};

/** More than a letter can be read for: the rest is counted in it, and listed in the cabinet. */
const mostLines = 30;
const signs: Partial<Record<Status, string>> = { approved: '✓', rejected: '✗', rework: '↻' };

/**
 * Writes to every agent about the decisions that nobody has told of yet, one letter each. The mark and the letter are
 * one transaction, so no decision is told twice; one that was taken back before the hour is not told at all. What an agent has
 * switched off is marked without a letter; what comes in his quiet hours waits for a later run.
 */
export async function sendDigests(ctx: Ctx): Promise<void> {
  await inSqlTransaction(ctx, async (tx) => {
    const agents = await tx.sql.rows<{ id: number }>(
      q`SELECT DISTINCT agent_id AS id FROM leads WHERE ${undigested(tx.now)}`,
    );
    if (agents.length === 0) return;
    const userIds = agents.map(({ id }) => id);
    const verdict = await whoWants(tx, { type: 'lead.verdict', channel: 'email', userIds });
    const rework = await whoWants(tx, { type: 'lead.rework', channel: 'email', userIds });
    const later = new Set([...verdict.later, ...rework.later]);
    // Only those who were asked: whose first decision comes meanwhile is told of it the next time.
    const asked = userIds.filter((id) => !later.has(id));
    const told = await tx.sql.rows<Told>(q`
      WITH told AS (
        UPDATE leads SET digested_at = ${tx.now} WHERE ${undigested(tx.now)} AND agent_id = ANY(${asked}::int[])
        RETURNING id, agent_id, key, value, status, decision_note)
      SELECT u.id AS "agentId", u.email, u.locale, t.key, t.value, t.status::text, t.decision_note AS note
      FROM told t JOIN users u ON u.id = t.agent_id WHERE u.status = 'approved'
        AND u.id = ANY(CASE WHEN t.status = 'rework' THEN ${[...rework.now]}::int[] ELSE ${[...verdict.now]}::int[] END)
      ORDER BY u.id, t.id`);
    for (const leads of Map.groupBy(told, ({ agentId }) => agentId).values()) {
      const [first] = leads;
      if (!first) continue;
      const locale: Locale = first.locale === 'en' ? 'en' : 'ru';
      await sendMail(tx, {
        to: first.email,
        locale,
        letter: 'leadVerdicts',
        params: { ...countsOf(leads), lines: linesOf(leads) },
        link: '/cabinet/leads',
      });
    }
  });
}

const undigested = (now: Date): Sql => q`digested_at IS NULL AND decided_at IS NOT NULL AND decided_at <= ${now}`;

function countsOf(leads: readonly Told[]) {
  const counts = noCounts();
  for (const { status } of leads) counts[status] += 1;
  const { approved, rejected, rework } = counts;
  return { approved, rejected, rework };
}

function linesOf(leads: readonly Told[]): string {
  const lines = leads.slice(0, mostLines).map((lead) => {
    const note = lead.note ? `: ${lead.note.replaceAll('\n', ' ')}` : '';
    return `${signs[lead.status] ?? ''} ${shownContact(lead)}${note}`;
  });
  if (leads.length > mostLines) lines.push(`… +${leads.length - mostLines}`);
  return lines.join('\n');
}
