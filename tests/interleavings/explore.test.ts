import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ctx, inSqlTransaction } from '../../src/ctx.ts';
import { q } from '../../src/lib/sql.ts';
import { createBase } from '../factories/bases.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { explore } from './explore.ts';
import { openStage, type Stage } from './stage.ts';

let house: TestHouse;
let stage: Stage;
beforeAll(async () => {
  house = await openTestHouse();
  stage = openStage(house);
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

/** Looks whether the list is empty and then writes: right when alone, wrong in some orders only. */
const claimNaively = (ctx: Ctx, baseTypeId: number, addedBy: number): Promise<void> =>
  inSqlTransaction(ctx, async (tx) => {
    const open = await tx.sql.rows(q`SELECT id FROM limit_grants WHERE base_type_id = ${baseTypeId}`);
    if (open.length > 0) return;
    await tx.sql.run(q`
      INSERT INTO limit_grants (agent_id, base_type_id, amount, reason, granted_by_id, request_id)
      VALUES (${addedBy}, ${baseTypeId}, 1, 'once', ${addedBy}, ${randomUUID()}::uuid)`);
  });

test('an act that looks first and writes afterwards is found out', async () => {
  const { id: agentId } = await createUser(house);
  let scenes = 0;
  const scene = async () => {
    scenes += 1;
    const { id } = await createBase(house, { code: `naive${scenes}` });
    const role = { parts: {}, act: (ctx: Ctx) => claimNaively(ctx, id, agentId) };
    return {
      roles: [{ ...role }, { ...role }] as [typeof role, typeof role],
      async check() {
        const rows = await house.database.sql.rows(q`SELECT id FROM limit_grants WHERE base_type_id = ${id}`);
        expect(rows).toHaveLength(1);
      },
    };
  };
  // The first play, one act after the other, shows nothing: only another order does.
  await expect(explore(house, stage, scene)).rejects.toThrow(/"order": "[01]*(01|10)/);
  expect(scenes).toBeGreaterThan(1);
});
