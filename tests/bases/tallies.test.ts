import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from } from 'pg-copy-streams';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ctx, inSqlTransaction } from '../../src/ctx.ts';
import { addDays, businessDayOf } from '../../src/lib/business-day.ts';
import { q } from '../../src/lib/sql.ts';
import { banUser } from '../../src/modules/accounts/decide.ts';
import { type BaseType, baseLevels, issueContacts, returnContacts } from '../../src/modules/bases/index.ts';
import { suppressContacts } from '../../src/modules/bases/suppress-contacts.ts';
import { suppress, unsuppress } from '../../src/modules/bases/suppressions.ts';
import { foldBaseTallies } from '../../src/modules/bases/tallies.ts';
import { undoImport } from '../../src/modules/imports/index.ts';
import { decideLead, reopenLead, resubmitLead } from '../../src/modules/leads/index.ts';
import { keepLeadTallies } from '../../src/modules/leads/tallies.ts';
import { baseOf, fillBase } from '../factories/bases.ts';
import { importThrough } from '../factories/imports.ts';
import { leadTypeId, newPhone, report } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { everyRule } from '../support/invariants.ts';

let house: TestHouse;
let admin: Ctx;
let bases: BaseType[];
beforeAll(async () => {
  house = await openTestHouse();
  admin = await house.ctxOf(await createUser(house, { role: 'admin' }));
  bases = [await baseOf(house, 'whatsapp', { limit: 10_000 }), await baseOf(house, 'max', { limit: 10_000 })];
  for (const base of bases) await fillBase(house, base, 400);
});
afterAll(() => house.close());

const broken = async () => (await house.database.pool.query<{ rule: string; broken: string }>(everyRule)).rows;
const rowsIn = async (table: string) =>
  (await house.database.pool.query(`SELECT * FROM ${table} WHERE slot <> 0`)).rows.length;

/** Always the same numbers from 0 to `below`. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

describe('what is tallied', () => {
  test('equals a full count at every moment of a storm of all acts, folds and broken transactions', async () => {
    const roll = dice(7);
    const agents = await Promise.all(Array.from({ length: 6 }, () => createUser(house)));
    const staff = await house.as(await createUser(house, { role: 'admin' }));
    const type = await leadTypeId(house, 'whatsapp');
    const pick = <T>(list: readonly T[]): T => list[roll(list.length)] as T;
    const someContacts = (condition = q`true`) =>
      house.database.sql.rows<{ id: number; value: string }>(
        q`SELECT id, value FROM contacts WHERE ${condition} ORDER BY md5(id::text || ${roll(1e9)}::text) LIMIT 4`,
      );
    const someLead = () =>
      house.database.sql.row<{ id: number; version: number; status: string; agentId: number; value: string }>(
        q`SELECT id, version, status::text, agent_id AS "agentId", value FROM leads ORDER BY md5(id::text || ${roll(1e9)}::text) LIMIT 1`,
      );
    const take = async (agent: TestUser) =>
      issueContacts(await house.ctxOf(agent), {
        baseTypeId: pick(bases).id,
        wanted: 1 + roll(9),
        requestId: randomUUID(),
      });

    const acts: (() => Promise<unknown>)[] = [
      () => take(pick(agents)),
      () => take(pick(agents)),
      async () => {
        const agent = pick(agents);
        const [own] = await someContacts(q`agent_id = ${agent.id}`);
        await report(
          house,
          agent,
          [own?.value ?? newPhone(), newPhone()],
          new Date(Date.now() - roll(40) * 86_400_000),
        );
      },
      async () => {
        const lead = await someLead();
        if (lead)
          await decideLead(admin, lead.id, lead.version, {
            verdict: pick(['approved', 'rejected', 'rework']),
            note: 'так',
          });
      },
      async () => {
        const lead = await someLead();
        if (lead) await reopenLead(admin, lead.id, lead.version, { to: pick(['pending', 'rework']), note: 'ещё раз' });
      },
      async () => {
        const lead = await house.database.sql.row<{ id: number; version: number; agentId: number }>(
          q`SELECT id, version, agent_id AS "agentId" FROM leads WHERE status = 'rework' LIMIT 1`,
        );
        const agent = agents.find(({ id }) => id === lead?.agentId);
        if (!lead || !agent) return;
        const correction = { requestId: randomUUID(), value: newPhone(), leadTypeId: type, keptFileIds: [] };
        await resubmitLead(await house.ctxOf(agent), lead.id, { ...correction, version: lead.version });
      },
      async () =>
        returnContacts(admin, { ids: (await someContacts(q`agent_id IS NOT NULL`)).map(({ id }) => id) }, 'нет'),
      async () => returnContacts(admin, { agentId: pick(agents).id }, 'уволился'),
      async () => suppressContacts(admin, { ids: (await someContacts()).map(({ id }) => id) }, 'просил'),
      async () =>
        suppress(admin, [(await someContacts())[0]?.value ?? newPhone()], { kind: 'phone', reason: 'просил' }),
      async () => {
        const gone = await house.database.sql.row<{ id: number }>(q`SELECT id FROM suppressions ORDER BY key LIMIT 1`);
        if (gone) await unsuppress(admin, gone.id);
      },
      // Broken off: neither the rows nor what they were counted as may stay.
      () =>
        inSqlTransaction(admin, async (tx) => {
          await tx.sql.run(q`UPDATE contacts SET state = 'suppressed' WHERE id IN (
            SELECT id FROM contacts WHERE state = 'free' LIMIT 5 FOR UPDATE SKIP LOCKED)`);
          await tx.sql.run(
            q`INSERT INTO contacts (base_type_id, key, value) VALUES (${pick(bases).id}, ${randomUUID()}, 'x')`,
          );
          throw new Error('broken off');
        }),
      () =>
        inSqlTransaction(admin, async (tx) => {
          await tx.sql.run(
            q`INSERT INTO contacts (base_type_id, key, value) VALUES (${pick(bases).id}, ${randomUUID()}, 'x')`,
          );
          await tx.sql.run(q`SELECT pg_terminate_backend(pg_backend_pid())`);
        }),
      () => foldBaseTallies(admin),
      () => keepLeadTallies(admin),
    ];

    let done = 0;
    for (let round = 0; round < 25; round += 1) {
      const storm = Array.from({ length: 8 }, () =>
        pick(acts)().then(
          () => (done += 1),
          () => undefined,
        ),
      );
      // While they run: one statement sees one moment.
      for (let moment = 0; moment < 3; moment += 1) expect(await broken()).toEqual([]);
      await Promise.all(storm);
      expect(await broken()).toEqual([]);
    }
    expect(done).toBeGreaterThan(100);

    const lines = Array.from({ length: 300 }, (_, n) => `+7901${String(n).padStart(7, '0')}`);
    const id = await importThrough(house, staff, 'whatsapp.txt', `Телефон\n${lines.join('\n')}\n`);
    expect(await broken()).toEqual([]);
    await Promise.all([undoImport(admin, id), ...agents.map((agent) => take(agent).catch(() => undefined))]);
    await house.drain();
    await banUser(admin, agents[0]?.id ?? 0, { reason: 'так', returnContacts: true });
    expect(await broken()).toEqual([]);
  });

  test('is right when an agent takes in the middle of a fold, and the fold waits for nobody', async () => {
    const agent = await createUser(house);
    const before = (await baseLevels(admin, bases[0]?.id))[0]?.free ?? 0;
    await inSqlTransaction(admin, async (tx) => {
      await tx.sql.run(q`UPDATE contacts SET note = 'as before' WHERE base_type_id = ${bases[0]?.id}`);
      await tx.sql.run(q`UPDATE contacts SET state = 'suppressed' WHERE id IN (
        SELECT id FROM contacts WHERE base_type_id = ${bases[0]?.id} AND state = 'free' LIMIT 3)`);
      await issueContacts(await house.ctxOf(agent), {
        baseTypeId: bases[1]?.id ?? 0,
        wanted: 4,
        requestId: randomUUID(),
      });
      await foldBaseTallies(admin);
      await Promise.all([foldBaseTallies(admin), foldBaseTallies(admin)]);
      expect(await broken()).toEqual([]);
    });
    expect(await broken()).toEqual([]);
    expect((await baseLevels(admin, bases[0]?.id))[0]?.free).toBe(before - 3);
    await foldBaseTallies(admin);
    await keepLeadTallies(admin);
    for (const table of ['contact_tallies', 'issued_tallies', 'lead_tallies', 'lead_agent_tallies']) {
      expect(await rowsIn(table), table).toBe(0);
    }
    expect(await broken()).toEqual([]);
  });

  test('is written by each connection into rows of its own', async () => {
    const base = bases[0]?.id ?? 0;
    await inSqlTransaction(admin, async (one) => {
      await one.sql.run(q`INSERT INTO contacts (base_type_id, key, value) VALUES (${base}, ${randomUUID()}, 'x')`);
      // Would wait for the first one's end, that is, for ever, if they shared a row.
      await inSqlTransaction(admin, (two) =>
        two.sql.run(q`INSERT INTO contacts (base_type_id, key, value) VALUES (${base}, ${randomUUID()}, 'x')`),
      );
    });
    expect(await broken()).toEqual([]);
  });

  test('counts what is copied in', async () => {
    const before = (await baseLevels(admin, bases[0]?.id))[0]?.free ?? 0;
    const client = new pg.Client({ connectionString: house.config.DATABASE_URL });
    await client.connect();
    const copy = client.query(from('COPY contacts (base_type_id, key, value) FROM STDIN'));
    await pipeline(Readable.from(Array.from({ length: 30 }, (_, n) => `${bases[0]?.id}\tcopied:${n}\t${n}\n`)), copy);
    await client.end();
    expect((await baseLevels(admin, bases[0]?.id))[0]?.free).toBe(before + 30);
    expect(await broken()).toEqual([]);
  });

  test('moves with a contact to another base, and ends with a contact', async () => {
    const [one, other] = [bases[0]?.id ?? 0, bases[1]?.id ?? 0];
    await house.database.sql.run(q`
      UPDATE contacts SET base_type_id = ${other} WHERE id IN (
        SELECT id FROM contacts WHERE base_type_id = ${one} AND state = 'free' LIMIT 2)`);
    await house.database.sql.run(q`
      DELETE FROM contacts WHERE id IN (SELECT c.id FROM contacts c WHERE c.agent_id IS NULL
        AND NOT EXISTS (SELECT FROM contact_returns r WHERE r.contact_id = c.id)
        AND NOT EXISTS (SELECT FROM leads l WHERE l.contact_id = c.id) LIMIT 7)`);
    expect(await broken()).toEqual([]);
    await house.database.sql.run(q`TRUNCATE contacts, leads, lead_reports, issuances, issuance_tallies CASCADE`);
    expect((await baseLevels(admin)).reduce((sum, { total }) => sum + total, 0)).toBe(0);
    expect(await broken()).toEqual([]);
  });

  test('of leads is of today, of seven days and of thirty, to the day, whatever is done with one and when the day ends', async () => {
    const agent = await createUser(house);
    await keepLeadTallies(admin);
    const today = businessDayOf(admin.now, admin.clock);
    await house.database.sql.run(q`
      WITH report AS (INSERT INTO lead_reports (agent_id, request_id) VALUES (${agent.id}, ${randomUUID()}) RETURNING id)
      INSERT INTO leads (report_id, agent_id, lead_type_id, key, value, source, day)
      SELECT report.id, ${agent.id}, (SELECT min(id) FROM lead_types), 'text:' || gen_random_uuid(), 'x', 'self', ${today}::date - ago
      FROM report, unnest(ARRAY[0, 1, 6, 7, 29, 30]) AS ago`);
    // In all, and those that are accepted, of each span.
    const spans = async () =>
      Object.fromEntries(
        (
          await house.database.sql.rows<{ span: number; counts: string }>(q`
            SELECT span, sum(pending + approved) || ' ' || sum(approved) AS counts
            FROM lead_agent_tallies WHERE agent_id = ${agent.id} GROUP BY span`)
        ).map(({ span, counts }) => [span, counts]),
      );
    const accept = (ago: number) =>
      house.database.sql.run(
        q`UPDATE leads SET status = 'approved' WHERE agent_id = ${agent.id} AND day = ${today}::date - ${ago}::int`,
      );
    expect(await spans()).toEqual({ 0: '6 0', 1: '1 0', 7: '3 0', 30: '5 0' });
    for (const ago of [6, 7, 30]) await accept(ago);
    expect(await spans()).toEqual({ 0: '6 3', 1: '1 0', 7: '3 1', 30: '5 2' });
    await keepLeadTallies({ ...admin, now: new Date(admin.now.getTime() + 86_400_000) });
    expect(await spans()).toEqual({ 0: '6 3', 7: '2 0', 30: '4 2' });
    await accept(0);
    await accept(29);
    expect(await spans()).toEqual({ 0: '6 5', 7: '2 1', 30: '4 3' });
    await house.database.sql.run(q`UPDATE lead_tally_days SET day = ${today}::date`);
    await house.database.sql.run(q`TRUNCATE leads, lead_reports CASCADE`);
  });

  test('of days moves on with the day: yesterday’s lead is not of today', async () => {
    const agent = await createUser(house);
    await report(house, agent, [newPhone()]);
    const tomorrow = { ...admin, now: new Date(Date.now() + 86_400_000) };
    await keepLeadTallies(tomorrow);
    const [row] = (await house.database.pool.query('SELECT day FROM lead_tally_days')).rows;
    expect(row).toEqual({ day: addDays(businessDayOf(new Date(), house.services.clock), 1) });
    expect(await broken()).toEqual([]);
    await report(house, agent, [newPhone()]);
    await keepLeadTallies(admin);
    expect(await broken()).toEqual([]);
  });
});
