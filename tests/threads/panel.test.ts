import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { baseOf } from '../factories/bases.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { createOwned } from '../whole/objects.ts';

let house: TestHouse;
beforeAll(async () => {
  house = await openTestHouse();
});
afterAll(() => house.close());

it('beside a conversation stands what is behind its person, and whoever may acts there and comes back', async () => {
  const agent = await createUser(house, { name: 'Agent' });
  const other = await createOwned(house, await createUser(house));
  const owned = await createOwned(house, agent);
  await house.database.db.lead.update({ where: { id: owned.lead }, data: { status: 'pending' } });
  const anna = await house.as(await createUser(house, { name: 'Anna', role: 'admin' }));
  const sveta = await house.as(await createUser(house, { name: 'Sveta', role: 'support' }));
  const at = `/support/threads/${owned.thread}`;

  // The page itself asks for none of it; the part that it fetches is the page that is there without scripts.
  const thread = await sveta.see(`${at}?back=/support?view=mine`);
  const link = thread.querySelector('[data-person-panel] a')?.getAttribute('href');
  expect(link).toBe(`${at}/person?back=%2Fsupport%3Fview%3Dmine`);
  expect(thread.innerText).not.toContain('@found_');
  const part = await sveta.get(String(link)).set('hx-request', 'true').expect(200);
  expect(part.text).not.toContain('<html');
  expect(part.text).toContain('@found_');
  const asSupport = await sveta.see(String(link));
  const actsIn = (page: typeof asSupport) =>
    page.querySelectorAll('main form').map((form) => form.getAttribute('action'));
  expect(actsIn(asSupport)).toEqual([`${at}/grants`]);
  expect(asSupport.innerText).not.toContain('Журнал');
  const asAdmin = await anna.see(`${at}/person`);
  expect(new Set(actsIn(asAdmin))).toEqual(new Set([`${at}/grants`, `${at}/leads/${owned.lead}`, `${at}/ban`]));

  const base = await baseOf(house, 'telegram');
  const grant = {
    requestId: randomUUID(),
    baseTypeId: base.id,
    amount: 7,
    lasts: 'period',
    reason: 'Просит',
    back: '/support?view=mine',
  };
  const granted = await sveta.post(`${at}/grants`, grant).expect(303);
  await sveta.post(`${at}/grants`, grant).expect(303);
  expect(granted.headers.location).toBe(`${at}?back=%2Fsupport%3Fview%3Dmine`);
  expect(await house.database.db.limitGrant.findMany({ where: { agentId: agent.id } })).toMatchObject([{ amount: 7 }]);
  expect((await sveta.post(`${at}/grants`, { ...grant, requestId: randomUUID(), reason: '' })).status).toBe(422);

  const lead = await house.database.db.lead.findUniqueOrThrow({ where: { id: owned.lead } });
  const verdict = { version: lead.version, verdict: 'rework', comment: 'Снимок не читается' };
  await sveta.post(`${at}/leads/${owned.lead}`, verdict).expect(403);
  await anna.post(`${at}/leads/${other.lead}`, verdict).expect(404);
  expect((await anna.post(`${at}/leads/${owned.lead}`, { ...verdict, comment: '' })).status).toBe(422);
  await anna.post(`${at}/leads/${owned.lead}`, verdict).expect(303);
  const late = await anna.post(`${at}/leads/${owned.lead}`, { version: lead.version, verdict: 'approved' });
  expect(late.status).toBe(422);
  expect(await house.database.db.lead.findUnique({ where: { id: owned.lead } })).toMatchObject({
    status: 'rework',
    decisionNote: 'Снимок не читается',
  });

  await sveta.post(`${at}/ban`, { reason: 'Спам' }).expect(403);
  await anna.post(`${at}/ban`, { reason: 'Спам' }).expect(303);
  expect(await house.database.db.user.findUnique({ where: { id: agent.id } })).toMatchObject({ status: 'banned' });

  const waiting = await createUser(house, { status: 'pending' });
  const applied = await createOwned(house, waiting);
  await sveta.post(`/support/threads/${applied.thread}/approval`).expect(403);
  await anna.post(`/support/threads/${applied.thread}/approval`).expect(303);
  expect(await house.database.db.user.findUnique({ where: { id: waiting.id } })).toMatchObject({ status: 'approved' });
});
