import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { issueContacts, returnContacts } from '../../src/modules/bases/index.ts';
import { baseOf, createBase, fillBase } from '../factories/bases.ts';
import { report } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';

let house: TestHouse;
let admin: TestUser;

beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin' });
});
afterAll(() => house.close());

const moscow = (text: string): Date => new Date(`${text}+03:00`);
const noon = moscow('2026-03-04T12:00:00');
const take = async (
  agent: TestUser,
  baseTypeId: number,
  wanted: number,
  now = noon,
  requestId: string = randomUUID(),
) => issueContacts(await house.ctxOf(agent, now), { baseTypeId, wanted, requestId });
const heldBy = (agent: TestUser) =>
  house.database.sql.rows<{ id: number; key: string }>(
    q`SELECT id, key FROM contacts WHERE agent_id = ${agent.id} ORDER BY id`,
  );
const refusal = (key: string) => expect.objectContaining({ sentence: expect.objectContaining({ key }) });

test('the limit of a day is what an agent gets in a business day, and 20:05 already counts for tomorrow', async () => {
  const base = await createBase(house, { code: 'daily', limit: 5 });
  await fillBase(house, base, 30);
  const agent = await createUser(house);
  expect(await take(agent, base.id, 3)).toMatchObject({ given: 3, allowed: 5 });
  expect(await take(agent, base.id, 10, moscow('2026-03-04T19:55:00'))).toMatchObject({ given: 2, allowed: 2 });
  await expect(take(agent, base.id, 1, moscow('2026-03-04T19:59:00'))).rejects.toEqual(
    refusal('bases:errors.limitUsed'),
  );
  expect(await take(agent, base.id, 10, moscow('2026-03-04T20:05:00'))).toMatchObject({ given: 5, allowed: 5 });
  await expect(take(agent, base.id, 1, moscow('2026-03-05T12:00:00'))).rejects.toEqual(
    refusal('bases:errors.limitUsed'),
  );
  expect(await heldBy(agent)).toHaveLength(10);
});

test('a person whom an agent has already reported as found by himself is handed out to nobody', async () => {
  const base = await createBase(house, { code: 'reported', limit: 5 });
  const [reported = '', ...rest] = await fillBase(house, base, 3);
  await report(house, await createUser(house), [reported]);
  const agent = await createUser(house);
  expect((await take(agent, base.id, 5)).given).toBe(2);
  expect((await heldBy(agent)).map(({ key }) => key)).toEqual(rest);
});

test('a weekly limit renews on Monday, which begins on Sunday at 20:00; a limit for life never does', async () => {
  const weekly = await createBase(house, { code: 'weekly', limit: 4, period: 'week' });
  const forLife = await createBase(house, { code: 'for-life', limit: 4, period: 'lifetime' });
  await fillBase(house, weekly, 20);
  await fillBase(house, forLife, 20);
  const agent = await createUser(house);
  const wednesday = noon;
  const sunday = moscow('2026-03-08T19:00:00');
  const sundayEvening = moscow('2026-03-08T20:01:00');
  expect((await take(agent, weekly.id, 3, wednesday)).given).toBe(3);
  expect((await take(agent, weekly.id, 3, sunday)).given).toBe(1);
  expect((await take(agent, weekly.id, 9, sundayEvening)).given).toBe(4);
  expect((await take(agent, forLife.id, 4, wednesday)).given).toBe(4);
  const later = take(agent, forLife.id, 1, moscow('2027-03-04T12:00:00'));
  await expect(later).rejects.toEqual(refusal('bases:errors.limitUsedForLife'));
});

test('twenty parallel posts of one request id make one issuance and all get the same answer', async () => {
  const base = await createBase(house, { code: 'retry', limit: 50 });
  await fillBase(house, base, 200);
  const agent = await createUser(house);
  const requestId = randomUUID();
  const answers = await Promise.all(Array.from({ length: 20 }, () => take(agent, base.id, 10, noon, requestId)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(await heldBy(agent)).toHaveLength(10);
});

test('parallel requests of different ids never get more than is allowed', async () => {
  const base = await createBase(house, { code: 'greedy', limit: 25 });
  await fillBase(house, base, 500);
  const agent = await createUser(house);
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => take(agent, base.id, 10)));
  const given = tries.flatMap((one) => (one.status === 'fulfilled' ? [one.value.given] : []));
  expect(given.reduce((sum, n) => sum + n, 0)).toBe(25);
  expect(await heldBy(agent)).toHaveLength(25);
});

test('thirty agents at once never share a contact', async () => {
  const base = await createBase(house, { code: 'crowd', limit: 20 });
  await fillBase(house, base, 450);
  const agents = await Promise.all(Array.from({ length: 30 }, () => createUser(house)));
  const tries = await Promise.allSettled(agents.map((agent) => take(agent, base.id, 20)));
  const given = tries.reduce((sum, one) => sum + (one.status === 'fulfilled' ? one.value.given : 0), 0);
  const held = (await Promise.all(agents.map(heldBy))).flat();
  expect(held).toHaveLength(given);
  expect(new Set(held.map(({ key }) => key)).size).toBe(given);
  const [base1] = await house.database.sql.rows(
    q`SELECT sum(given)::int AS given FROM issuances WHERE base_type_id = ${base.id}`,
  );
  expect(base1).toEqual({ given });
});

test('when fewer are free than allowed the agent gets what there is, and then hears that the base is empty', async () => {
  const base = await createBase(house, { code: 'short', limit: 50 });
  await fillBase(house, base, 7);
  const agent = await createUser(house);
  expect(await take(agent, base.id, 50)).toMatchObject({ wanted: 50, allowed: 50, given: 7 });
  await expect(take(agent, base.id, 50)).rejects.toEqual(refusal('bases:errors.empty'));
  const [count] = await house.database.sql.rows(
    q`SELECT count(*)::int AS count FROM issuances WHERE base_type_id = ${base.id}`,
  );
  expect(count).toEqual({ count: 1 });
});

test('what is free again before the head of the queue waits a minute for its turn, but never while a base would run short', async () => {
  const base = await createBase(house, { code: 'head', limit: 50 });
  const keys = await fillBase(house, base, 8);
  const agent = await createUser(house);
  const setFree = (key = '', state = 'free') =>
    house.database.sql.run(q`UPDATE contacts SET state = ${state}::contact_state WHERE key = ${key}`);
  const heldNow = async () => (await heldBy(agent)).map(({ key }) => key);
  const [first = '', second = '', third = '', ...others] = keys;
  for (const key of [first, second, third]) await setFree(key, 'suppressed');
  await take(agent, base.id, 1);
  await setFree(third);
  await take(agent, base.id, 1);
  expect(await heldNow()).toEqual(others.slice(0, 2));
  await take(agent, base.id, 1, new Date(noon.getTime() + 61_000));
  expect(await heldNow()).toEqual([third, ...others.slice(0, 2)]);
  await setFree(first);
  await setFree(second);
  await take(agent, base.id, 1, new Date(noon.getTime() + 62_000));
  expect(await heldNow()).toEqual([third, ...others.slice(0, 3)]);
  const rest = await take(agent, base.id, 5, new Date(noon.getTime() + 63_000));
  expect(rest.given).toBe(4);
  expect(await heldNow()).toEqual(keys);
});

test('a contact that staff took back goes to another agent and never again to the same one', async () => {
  const base = await createBase(house, { code: 'back', limit: 50 });
  await fillBase(house, base, 3);
  const [first, second] = [await createUser(house), await createUser(house)];
  await take(first, base.id, 3);
  const result = await returnContacts(await house.ctxOf(admin, noon), { agentId: first.id }, 'left us');
  expect(result).toEqual({ returned: 3, kept: { worked: 0, reported: 0 } });
  await expect(take(first, base.id, 3)).rejects.toEqual(refusal('bases:errors.empty'));
  expect((await take(second, base.id, 3)).given).toBe(3);
});

test('the database itself refuses to give a returned contact to the same agent', async () => {
  const base = await createBase(house, { code: 'trigger', limit: 50 });
  await fillBase(house, base, 1);
  const agent = await createUser(house);
  const { id } = await take(agent, base.id, 1);
  await returnContacts(await house.ctxOf(admin, noon), { agentId: agent.id });
  const forced = house.database.sql.run(q`
    UPDATE contacts SET state = 'issued', agent_id = ${agent.id}, issuance_id = ${id}, issued_at = now() WHERE base_type_id = ${base.id}`);
  await expect(forced).rejects.toThrow('the agent had the contact before');
});

test('an agent banned a moment ago gets nothing, whatever his page still shows', async () => {
  const base = await baseOf(house, 'viber');
  await fillBase(house, base, 5);
  const agent = await createUser(house);
  const ctx = await house.ctxOf(agent, noon);
  await house.database.db.user.update({ where: { id: agent.id }, data: { status: 'banned' } });
  await expect(issueContacts(ctx, { baseTypeId: base.id, wanted: 1, requestId: randomUUID() })).rejects.toMatchObject({
    status: 403,
  });
});

test('the claim reads the queue in order from its own index, also as a generic plan', async () => {
  const base = await createBase(house, { code: 'plan', limit: 50 });
  await fillBase(house, base, 60_000);
  await house.database.pool.query(
    `UPDATE contacts SET state = 'suppressed' WHERE base_type_id = ${base.id} AND place % 10 <> 0`,
  );
  await house.database.pool.query('ANALYZE contacts');
  const client = await house.database.pool.connect();
  try {
    await client.query('SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE claim (int, int, bigint, int) AS
      SELECT c.id FROM contacts c WHERE c.base_type_id = $1 AND c.state = 'free' AND c.place >= $4
        AND NOT EXISTS (SELECT FROM contact_returns r WHERE r.contact_id = c.id AND r.agent_id = $2 OFFSET 0)
        AND NOT EXISTS (SELECT FROM suppressions s WHERE s.key = c.key OFFSET 0)
        AND NOT EXISTS (SELECT FROM leads l WHERE l.key = c.key OFFSET 0)
      ORDER BY c.place LIMIT $3 FOR UPDATE OF c SKIP LOCKED`);
    const { rows } = await client.query(`EXPLAIN EXECUTE claim (${base.id}, 1, 50, 0)`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('contacts_queue');
    expect(plan).not.toContain('Sort');
  } finally {
    client.release(true);
  }
});
