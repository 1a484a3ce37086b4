import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../src/ctx.ts';
import { addDays, type BusinessDay, businessDayOf } from '../../src/lib/business-day.ts';
import { q } from '../../src/lib/sql.ts';
import { type AgentSort, leadsByAgent } from '../../src/modules/leads/agent-lines.ts';
import { leadStatsOf, listLeadTypes, pendingLeadCount } from '../../src/modules/leads/index.ts';
import {
  funnels,
  issuedInPeriods,
  type Line,
  leadSums,
  leadsByDay,
  leadsBySource,
  leadsByType,
  type Period,
  periods,
} from '../../src/modules/leads/stats.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

const names = Object.keys(periods) as Period[];
let house: TestHouse;
let admin: Ctx;
let staff: Visitor;
let agents: TestUser[];
let today: BusinessDay;
beforeAll(async () => {
  house = await openTestHouse();
  const anna = await createUser(house, { role: 'admin', name: 'Anna' });
  [admin, staff] = [await house.ctxOf(anna), await house.as(anna)];
  today = businessDayOf(new Date(), house.services.clock);
  agents = [];
  for (let n = 0; n < 60; n += 1) agents.push(await createUser(house, { name: `Agent-${String(n).padStart(2, '0')}` }));
  // Agent n has n + 1 leads of many days, types, sources and statuses.
  for (const [n, { id }] of agents.entries()) {
    await house.database.sql.run(q`
      WITH report AS (INSERT INTO lead_reports (agent_id, request_id) VALUES (${id}, ${randomUUID()}) RETURNING id)
      INSERT INTO leads (report_id, agent_id, lead_type_id, key, value, source, status, day)
      SELECT report.id, ${id}, (SELECT id FROM lead_types ORDER BY id OFFSET (x + ${n}::int) % 5 LIMIT 1), 'text:' || ${id}::int || '-' || x, 'x',
        (ARRAY['base', 'self']::lead_source[])[1 + x % 2],
        (ARRAY['pending', 'approved', 'rejected', 'rework', 'approved']::lead_status[])[1 + (x + ${n}::int) % 5],
        ${today}::date - (x * x) % 47
      FROM report, generate_series(0, ${n}::int) AS x`);
  }
});
afterAll(() => house.close());

type Counted = Omit<Line, 'id' | 'name'> & { key: string };

/** Counts the leads themselves, the plain way. */
async function countedBy(
  column: 'agent_id' | 'lead_type_id' | 'source',
  period: Period,
  now: BusinessDay,
): Promise<Counted[]> {
  const first = (days: number | null) => (days === null ? '-infinity' : addDays(now, 1 - days));
  const { rows } = await house.database.pool.query<Counted>(
    `SELECT ${column}::text AS key, count(*) FILTER (WHERE day >= $1)::int AS total,
      count(*) FILTER (WHERE day >= $1 AND status = 'pending')::int AS pending,
      count(*) FILTER (WHERE day >= $1 AND status = 'approved')::int AS approved,
      count(*) FILTER (WHERE day >= $1 AND status = 'rejected')::int AS rejected,
      count(*) FILTER (WHERE day >= $1 AND status = 'rework')::int AS rework,
      count(*) FILTER (WHERE day >= $2)::int AS day1, count(*) FILTER (WHERE day >= $3)::int AS day7,
      count(*) FILTER (WHERE day >= $4)::int AS day30, count(*)::int AS ever,
      avg((status = 'approved')::int) FILTER (WHERE day >= $1 AND status IN ('approved', 'rejected'))::float AS acceptance
    FROM leads GROUP BY 1`,
    [first(periods[period]), first(1), first(7), first(30)],
  );
  return rows;
}

const rounded = (lines: (Counted | (Line & { key?: string; rank?: string }))[], keyOf: (line: never) => string) =>
  Object.fromEntries(
    lines.map((line) => {
      const { pending, approved, rejected, rework, day1, day7, day30, ever, total, acceptance } = line;
      const share = acceptance === null ? null : acceptance.toFixed(6);
      return [keyOf(line as never), { pending, approved, rejected, rework, day1, day7, day30, ever, total, share }];
    }),
  );
const byKey = (line: Counted) => line.key;
const byId = (line: Line) => String(line.id);
const byName = (line: Line) => line.name;

async function everyLine(ctx: Ctx, period: Period, sort: AgentSort) {
  const lines = [];
  for (let values: [string, number] | null = null; ; ) {
    const found = await leadsByAgent(ctx, { period, sort }, { values, backward: false }, 25);
    lines.push(...found.slice(0, 25));
    const last = lines.at(-1);
    if (found.length <= 25 || !last) return lines;
    values = [last.rank, last.id];
  }
}

describe('The statistics', () => {
  test.each(['today', 'tomorrow'])('are those of a full count for every period, %s', async (when) => {
    const ctx = when === 'today' ? admin : { ...admin, now: new Date(admin.now.getTime() + 86_400_000) };
    const now = businessDayOf(ctx.now, ctx.clock);
    const sums = await leadSums(ctx);
    const types = await listLeadTypes(ctx);
    for (const period of names) {
      expect(rounded(await everyLine(ctx, period, '-total'), byId)).toEqual(
        rounded(await countedBy('agent_id', period, now), byKey),
      );
      const byType = leadsByType(sums, types, period).filter(({ ever }) => ever > 0);
      expect(rounded(byType, byId)).toEqual(rounded(await countedBy('lead_type_id', period, now), byKey));
      expect(rounded(leadsBySource(sums, period), byName)).toEqual(
        rounded(await countedBy('source', period, now), byKey),
      );
    }
    const counted = async (since: string) =>
      (
        await house.database.pool.query(
          `SELECT count(*)::int AS reported, count(*) FILTER (WHERE status = 'approved')::int AS approved FROM leads WHERE day >= $1`,
          [since],
        )
      ).rows[0];
    for (const { period, reported, approved } of funnels(await issuedInPeriods(ctx), sums)) {
      const days = periods[period];
      expect({ reported, approved }).toEqual(await counted(days === null ? '-infinity' : addDays(now, 1 - days)));
    }
    const days = await leadsByDay(ctx);
    const all = days.reduce((sum, day) => sum + day.pending + day.approved + day.rejected + day.rework, 0);
    expect(all).toBe((await counted(addDays(now, -29))).reported);
    expect(await pendingLeadCount(ctx)).toBe(await house.database.db.lead.count({ where: { status: 'pending' } }));
    const last = agents.at(-1)?.id ?? 0;
    expect(await leadStatsOf(ctx, last)).toMatchObject({
      total: await house.database.db.lead.count({ where: { agentId: last } }),
    });
  });

  test('come in every order, each agent once, forwards and backwards', async () => {
    for (const sort of [
      'name',
      '-name',
      'day1',
      '-day7',
      '-day30',
      'ever',
      '-total',
      'pending',
      '-approved',
      '-acceptance',
      'acceptance',
    ] as const) {
      const lines = await everyLine(admin, 'week', sort);
      expect(new Set(lines.map(({ id }) => id)).size, sort).toBe(agents.length);
      const column = sort.replace('-', '') as 'day1' | 'acceptance' | 'name';
      const values = lines.map((line) => line[column] ?? -1);
      const sign = sort.startsWith('-') ? -1 : 1;
      const inOrder = [...values].sort((a, b) => sign * (a < b ? -1 : a > b ? 1 : 0));
      expect(values, sort).toEqual(inOrder);
      const [last, tenth] = [lines.at(-1), lines[10]];
      const back = await leadsByAgent(
        admin,
        { period: 'week', sort },
        { values: [last?.rank ?? '', last?.id ?? 0], backward: true },
        5,
      );
      expect(back.map(({ id }) => id)).toEqual(
        lines
          .slice(-7, -1)
          .reverse()
          .map(({ id }) => id),
      );
      const beyond = await leadsByAgent(
        admin,
        { period: 'week', sort },
        { values: [tenth?.rank ?? '', tenth?.id ?? 0], backward: false },
        5,
      );
      expect(beyond[0]?.id).toBe(lines[11]?.id);
    }
  });

  const shown = (page: Awaited<ReturnType<Visitor['see']>>) =>
    page.querySelectorAll('#agents tbody tr td:first-child').map((cell) => cell.innerText.trim());

  test('show twenty-five agents on a page, the next on the next, and the sum of all under them', async () => {
    const page = await staff.see('/admin/leads/stats?period=all');
    expect(shown(page)).toHaveLength(26);
    expect(shown(page)[0]).toBe('Agent-59');
    expect(
      page.querySelectorAll('#agents tbody tr').at(-1)?.querySelectorAll('td')[4]?.innerText.replace(/\s/g, ''),
    ).toBe('1830');
    const next = page.querySelector('#agents a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&') ?? '';
    const rest = await staff.see(next.replace('#agents', ''));
    expect(shown(rest)).toHaveLength(26);
    expect(shown(rest)[0]).toBe('Agent-34');
  });

  test('find an agent by a part of the name, and say so when there is none', async () => {
    expect(shown(await staff.see('/admin/leads/stats?q=GENT-3'))).toHaveLength(10);
    expect((await staff.see('/admin/leads/stats?q=nobody')).querySelector('#agents')?.innerText).toContain(
      'Такого агента нет',
    );
  });

  test('begin anew at a cursor that is none of theirs', async () => {
    const odd = Buffer.from(JSON.stringify(['not a number', 1])).toString('base64url');
    expect(shown(await staff.see(`/admin/leads/stats?after=${odd}`))).toHaveLength(26);
  });

  test('go into a file with every agent', async () => {
    const { text } = await staff.get('/admin/leads/stats/agents/csv?period=all').expect(200);
    const lines = text.trim().split('\n');
    expect(lines).toHaveLength(61);
    expect(lines[1]).toMatch(/^Agent-59;\d+;\d+;\d+;60;12;24;12;12;67/);
    const support = await house.as(await createUser(house, { role: 'support' }));
    await support.get('/admin/leads/stats/agents/csv').expect(403);
  });
});
