import { type Ctx, inSqlTransaction, type SqlCtx } from '../../ctx.ts';
import { type BusinessDay, businessDayOf } from '../../lib/business-day.ts';
import { foldSlots, lockFolding, type Slotted } from '../../lib/slots.ts';
import { q } from '../../lib/sql.ts';

const counts = [q`pending`, q`approved`, q`rejected`, q`rework`];
const leadTallies: Slotted = {
  table: q`lead_tallies`,
  keys: [q`day`, q`lead_type_id`, q`source`],
  counts,
};
const agentTallies: Slotted = { table: q`lead_agent_tallies`, keys: [q`span`, q`agent_id`], counts };

/** Folds together what the connections have counted, and moves agents' spans on when a business day has ended. */
export async function keepLeadTallies(ctx: Ctx): Promise<void> {
  for (const slotted of [leadTallies, agentTallies]) {
    await inSqlTransaction(ctx, (tx) => foldSlots(tx.sql, slotted));
  }
  await turnDay(ctx);
}

/**
 * Makes agents' spans look back from today: once a business day, by whoever comes first after its end, from the leads of the last
 * thirty days. Writers of leads wait meanwhile, some hundredths of a second. False when they did so already.
 */
export async function turnDay(ctx: Ctx): Promise<boolean> {
  const today = businessDayOf(ctx.now, ctx.clock);
  if (await isTurned(ctx, today)) return false;
  await inSqlTransaction(ctx, async (tx) => {
    await lockFolding(tx.sql);
    await tx.sql.run(q`LOCK TABLE leads IN SHARE ROW EXCLUSIVE MODE`);
    if (await isTurned(tx, today)) return;
    await tx.sql.run(q`UPDATE lead_tally_days SET day = ${today}::date`);
    await tx.sql.run(q`DELETE FROM lead_agent_tallies WHERE span <> 0`);
    await tx.sql.run(q`
      INSERT INTO lead_agent_tallies (span, agent_id, slot, pending, approved, rejected, rework)
      SELECT s.span, l.agent_id, 0, count(*) FILTER (WHERE l.status = 'pending'), count(*) FILTER (WHERE l.status = 'approved'),
        count(*) FILTER (WHERE l.status = 'rejected'), count(*) FILTER (WHERE l.status = 'rework')
      FROM leads l JOIN (VALUES (1), (7), (30)) AS s (span) ON l.day > ${today}::date - s.span
      WHERE l.day > ${today}::date - 30 GROUP BY s.span, l.agent_id`);
  });
  return true;
}

const isTurned = async (ctx: Pick<SqlCtx, 'sql'>, today: BusinessDay): Promise<boolean> =>
  (await ctx.sql.row(q`SELECT id FROM lead_tally_days WHERE day >= ${today}::date`, 'leads.tally_day')) !== undefined;
