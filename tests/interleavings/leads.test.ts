import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Actor } from '../../src/ctx.ts';
import { InvalidInput, Refusal } from '../../src/errors.ts';
import { getActor } from '../../src/modules/accounts/index.ts';
import { issueContacts } from '../../src/modules/bases/index.ts';
import { setOutcome } from '../../src/modules/bases/work.ts';
import { decideLead, type Report, reportLeads } from '../../src/modules/leads/index.ts';
import { setSetting } from '../../src/modules/settings/index.ts';
import { createBase, fillBase } from '../factories/bases.ts';
import { createLead, newPhone } from '../factories/leads.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { explore } from './explore.ts';
import type { Result } from './player.ts';
import { openStage, type Role, type Stage } from './stage.ts';

// A hundred plays each: seconds, and many more where others work on the same machine.
vi.setConfig({ testTimeout: 120_000 });

let house: TestHouse;
let stage: Stage;
let moderators: [Actor, Actor];
let agents: [Actor, Actor];
let reporter: TestUser;
let bases = 0;

beforeAll(async () => {
  house = await openTestHouse();
  stage = openStage(house);
  const actor = async (role: 'user' | 'admin') => getActor(house.database, (await createUser(house, { role })).id);
  moderators = [await actor('admin'), await actor('admin')];
  agents = [await actor('user'), await actor('user')];
  reporter = await createUser(house);
  await setSetting(house.ctx({ actor: moderators[0] }), 'leads.attachment-required', false);
});
afterAll(async () => {
  await stage.close();
  await house.close();
});

const report = (actor: Actor, value: string, requestId: string = randomUUID()): Role => ({
  parts: { actor },
  act: (ctx) => reportLeads(ctx, { requestId, leads: [{ value }] }),
});
const reportOf = (result: Result) => ('value' in result ? (result.value as Report) : undefined);
const winners = (results: Result[]): number[] => [0, 1].filter((i) => results[i] && 'value' in results[i]);

test('of two agents who report one contact one wins, in whatever order their steps come', async () => {
  await explore(house, stage, async () => {
    bases += 1;
    const base = await createBase(house, { code: `scene${bases}` });
    const [key = ''] = await fillBase(house, base, 1);
    await issueContacts(house.ctx({ actor: agents[0] }), { baseTypeId: base.id, wanted: 1, requestId: randomUUID() });
    return {
      roles: [report(agents[0], key), report(agents[1], `8${key.slice(2)}`)],
      async check(results) {
        const [winner = -1, ...others] = winners(results);
        expect(others).toEqual([]);
        const loser = results[1 - winner];
        if (loser && 'error' in loser) expect(loser.error).toBeInstanceOf(InvalidInput);
        const lead = await house.database.db.lead.findUniqueOrThrow({ where: { key } });
        expect(lead).toMatchObject({ agentId: agents[winner]?.id, source: winner === 0 ? 'base' : 'self' });
        const contact = await house.database.db.contact.findUniqueOrThrow({ where: { key } });
        expect(contact).toMatchObject({ agentId: agents[0].id, outcome: winner === 0 ? 'lead' : null });
      },
    };
  });
});

test('a report sent twice is one report with one answer, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const [value, requestId] = [newPhone(), randomUUID()];
    return {
      roles: [report(agents[0], value, requestId), report(agents[0], value, requestId)],
      async check([one, other]) {
        expect(reportOf(one)?.leadIds).toHaveLength(1);
        expect(reportOf(other)).toEqual(reportOf(one));
      },
    };
  });
});

test('of two moderators who decide one lead one decides, in whatever order their steps come', async () => {
  await explore(house, stage, async () => {
    const lead = await createLead(house, reporter);
    const approve: Role = {
      parts: { actor: moderators[0] },
      act: (ctx) => decideLead(ctx, lead.id, lead.version, { verdict: 'approved' }),
    };
    const reject: Role = {
      parts: { actor: moderators[1] },
      act: (ctx) => decideLead(ctx, lead.id, lead.version, { verdict: 'rejected', note: 'Scene' }),
    };
    return {
      roles: [approve, reject],
      async check(results) {
        const [winner = -1, ...others] = winners(results);
        expect(others).toEqual([]);
        const loser = results[1 - winner];
        if (loser && 'error' in loser) expect(loser.error).toBeInstanceOf(Refusal);
        const decided = await house.database.db.lead.findUniqueOrThrow({ where: { id: lead.id } });
        expect(decided).toMatchObject({
          version: 2,
          status: winner === 0 ? 'approved' : 'rejected',
          decidedById: moderators[winner]?.id,
        });
        const { length } = await house.database.db.auditEvent.findMany({
          where: { subjectType: 'lead', subjectId: lead.id },
        });
        expect(length).toBe(1);
      },
    };
  });
});

test('one moderator who approves twice has approved once, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    const lead = await createLead(house, reporter);
    const approve = (): Role => ({
      parts: { actor: moderators[0] },
      act: (ctx) => decideLead(ctx, lead.id, lead.version, { verdict: 'approved' }),
    });
    return {
      roles: [approve(), approve()],
      async check(results) {
        for (const result of results) expect(result).toMatchObject({ value: { id: lead.id, status: 'approved' } });
        expect(await house.database.db.leadEvent.count({ where: { leadId: lead.id, status: 'approved' } })).toBe(1);
      },
    };
  });
});

test('whoever marks a contact that he is just reporting, the contact stays a lead, in whatever order the steps come', async () => {
  await explore(house, stage, async () => {
    bases += 1;
    const base = await createBase(house, { code: `scene${bases}` });
    const [key = ''] = await fillBase(house, base, 1);
    await issueContacts(house.ctx({ actor: agents[0] }), { baseTypeId: base.id, wanted: 1, requestId: randomUUID() });
    const { id } = await house.database.db.contact.findFirstOrThrow({ where: { key } });
    return {
      roles: [report(agents[0], key), { parts: { actor: agents[0] }, act: (ctx) => setOutcome(ctx, id, 'refused') }],
      async check() {
        const reported = await house.database.db.lead.count({ where: { key } });
        const { outcome } = await house.database.db.contact.findUniqueOrThrow({ where: { id } });
        if (reported > 0) expect(outcome).toBe('lead');
      },
    };
  });
});
