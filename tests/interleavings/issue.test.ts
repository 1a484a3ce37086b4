import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Actor } from '../../src/ctx.ts';
import { Forbidden, Refusal } from '../../src/errors.ts';
import { q } from '../../src/lib/sql.ts';
import { banUser } from '../../src/modules/accounts/decide.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { type Issuance, issueContacts } from '../../src/modules/bases/index.ts';
import { suppress } from '../../src/modules/bases/suppressions.ts';
import { undoImport } from '../../src/modules/imports/index.ts';
import { workUndo } from '../../src/modules/imports/undo.ts';
import { createBase, fillBase } from '../factories/bases.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { explore } from './explore.ts';
import type { Result } from './player.ts';
import { openStage, type Role, type Stage } from './stage.ts';

// A hundred plays each: seconds, and many more where others work on the same machine.
vi.setConfig({ testTimeout: 120_000 });

let house: TestHouse;
let stage: Stage;
let admin: Actor;
let bases = 0;

beforeAll(async () => {
  house = await openTestHouse();
  stage = openStage(house);
  admin = await getActor(house.database, (await createUser(house, { role: 'admin' })).id);
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

const newAgent = async (): Promise<Actor> => getActor(house.database, (await createUser(house)).id);
async function newBase(contacts: number, limit = 50) {
  bases += 1;
  const base = await createBase(house, { code: `scene${bases}`, limit });
  return { id: base.id, keys: await fillBase(house, base, contacts) };
}
const issue = (actor: Actor, baseTypeId: number, wanted: number, requestId: string = randomUUID()): Role => ({
  parts: { actor },
  act: (ctx) => issueContacts(ctx, { baseTypeId, wanted, requestId }),
});
const issuanceOf = (result: Result) => ('value' in result ? (result.value as Issuance) : undefined);
const givenOf = (result: Result): number => issuanceOf(result)?.given ?? 0;
const statesOf = async (baseTypeId: number): Promise<string[]> =>
  (
    await house.database.sql.rows<{ state: string }>(
      q`SELECT state::text FROM contacts WHERE base_type_id = ${baseTypeId} ORDER BY place`,
    )
  ).map(({ state }) => state);
const setStates = (keys: string[], state: 'free' | 'suppressed') =>
  house.database.sql.run(q`UPDATE contacts SET state = ${state}::contact_state WHERE key = ANY(${keys}::text[])`);
const heldBy = async (agentId: number): Promise<number> =>
  (await house.database.sql.rows(q`SELECT id FROM contacts WHERE agent_id = ${agentId}`)).length;

test('two issuances of one agent together stay within the limit, in whatever order their steps come', async () => {
  const explored = await explore(house, stage, async () => {
    const [agent, base] = [await newAgent(), await newBase(6, 3)];
    return {
      roles: [issue(agent, base.id, 2), issue(agent, base.id, 2)],
      async check(results) {
        expect(results.map(givenOf).sort()).toEqual([1, 2]);
        expect(await heldBy(agent.id)).toBe(3);
      },
    };
  });
  expect(explored).toMatchObject({ left: 0 });
});

test('a form sent twice is one issuance with one answer, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const [agent, base, requestId] = [await newAgent(), await newBase(6), randomUUID()];
    return {
      roles: [issue(agent, base.id, 2, requestId), issue(agent, base.id, 2, requestId)],
      async check([one, other]) {
        expect(issuanceOf(one)).toMatchObject({ given: 2 });
        expect(issuanceOf(other)).toEqual(issuanceOf(one));
        expect(await heldBy(agent.id)).toBe(2);
      },
    };
  });
});

test('two agents never share the last contacts, in whatever order their steps come', async () => {
  await explore(house, stage, async () => {
    const [one, other, base] = [await newAgent(), await newAgent(), await newBase(3)];
    return {
      roles: [issue(one, base.id, 2), issue(other, base.id, 2)],
      async check(results) {
        for (const result of results) if ('error' in result) expect(result.error).toBeInstanceOf(Refusal);
        expect([await heldBy(one.id), await heldBy(other.id)]).toEqual(results.map(givenOf));
        const taken = (await statesOf(base.id)).filter((state) => state === 'issued').length;
        expect(taken).toBe(givenOf(results[0]) + givenOf(results[1]));
        expect(taken).toBeGreaterThanOrEqual(2);
      },
    };
  });
});

test('where the queue was last seen to begin too few are left: two agents share what is free before it, in whatever order their steps come', async () => {
  await explore(house, stage, async () => {
    const [one, other, base] = [await newAgent(), await newAgent(), await newBase(6)];
    await setStates(base.keys.slice(0, 3), 'suppressed');
    // Each player now remembers a head, and one contact is left behind both.
    for (const [i, actor] of [one, other].entries())
      expect(givenOf(await stage.again(i, issue(actor, base.id, 1)))).toBe(1);
    await setStates(base.keys.slice(0, 3), 'free');
    return {
      roles: [issue(one, base.id, 2), issue(other, base.id, 2)],
      async check(results) {
        for (const result of results) if ('error' in result) expect(result.error).toBeInstanceOf(Refusal);
        expect([await heldBy(one.id), await heldBy(other.id)]).toEqual(results.map((result) => givenOf(result) + 1));
        expect((await statesOf(base.id)).filter((state) => state === 'free')).toHaveLength(
          4 - givenOf(results[0]) - givenOf(results[1]),
        );
        expect(Math.max(...results.map(givenOf))).toBe(2);
      },
    };
  });
});

test('whoever is banned holds nothing that he did not work, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const [agent, base] = [await newAgent(), await newBase(3)];
    const ban: Role = {
      parts: { actor: admin },
      act: (ctx) => banUser(ctx, agent.id, { reason: 'Scene', returnContacts: true }),
    };
    return {
      roles: [issue(agent, base.id, 2), ban],
      async check([issued, banned]) {
        expect(banned).toHaveProperty('value');
        if ('error' in issued) expect(issued.error).toBeInstanceOf(Forbidden);
        expect(await heldBy(agent.id)).toBe(0);
        expect(await statesOf(base.id)).toEqual(['free', 'free', 'free']);
        const back = await house.database.sql.rows(q`SELECT id FROM contact_returns WHERE agent_id = ${agent.id}`);
        expect([0, 2]).toContain(back.length);
        if ('value' in issued) expect(back).toHaveLength(2);
      },
    };
  });
});

test('taking an import back leaves what was issued and removes the rest, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const [agent, base] = [await newAgent(), await newBase(3)];
    const importId = await importOf(base.keys);
    const undo: Role = {
      parts: { actor: admin },
      async act(ctx) {
        await undoImport(ctx, importId);
        await workUndo(ctx, importId);
      },
    };
    return {
      roles: [issue(agent, base.id, 2), undo],
      async check([issued, undone]) {
        expect(undone).toHaveProperty('value');
        if ('error' in issued) expect(issued.error).toBeInstanceOf(Refusal);
        const given = givenOf(issued);
        expect(await statesOf(base.id)).toEqual(Array.from({ length: given }, () => 'issued'));
        const done = await house.database.db.import.findUniqueOrThrow({ where: { id: importId } });
        expect(done).toMatchObject({ status: 'undone', removed: 3 - given, kept: given });
      },
    };
  });
});

test('a suppressed contact stays with whoever had it and goes to nobody else, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const [agent, base] = [await newAgent(), await newBase(3)];
    const stop: Role = {
      parts: { actor: admin },
      act: (ctx) => suppress(ctx, [base.keys[0] ?? ''], { kind: 'phone', reason: 'Scene' }),
    };
    return {
      roles: [issue(agent, base.id, 2), stop],
      async check([issued, stopped]) {
        expect(issued).toHaveProperty('value');
        const [first] = await statesOf(base.id);
        expect(['issued', 'suppressed']).toContain(first);
        const verdict = 'value' in stopped ? (stopped.value as { verdict: string }[])[0]?.verdict : undefined;
        if (verdict !== 'already') expect(verdict).toBe(first === 'issued' ? 'held' : 'added');
        expect(givenOf(issued)).toBe(2);
      },
    };
  });
});

async function importOf(keys: string[]): Promise<number> {
  const stored = await house.database.db.storedFile.create({
    data: { storedAs: randomUUID(), originalName: 'scene.csv', mime: 'text/csv', size: 1, sha256: 'x' },
  });
  const { id } = await house.database.db.import.create({
    data: {
      fileId: stored.id,
      status: 'finished',
      preview: {},
      createdById: admin.id,
      rowsRead: keys.length,
      created: keys.length,
    },
  });
  await house.database.sql.run(q`UPDATE contacts SET import_id = ${id} WHERE key = ANY(${keys}::text[])`);
  return id;
}
