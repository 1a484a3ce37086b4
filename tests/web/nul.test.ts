import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLead } from '../factories/leads.ts';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let admin: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  admin = await house.as(await createUser(house, { role: 'admin' }));
});
afterAll(() => house.close());

test('a NUL in a form is left out: PostgreSQL keeps none', async () => {
  const lead = await createLead(house, await createUser(house));
  await admin.post(`/admin/leads/${lead.id}/rejection`, { version: 1, reason: 'Нет \0ответа' }).expect(303);
  expect((await house.database.db.lead.findUniqueOrThrow({ where: { id: lead.id } })).decisionNote).toBe('Нет ответа');
});

test.each([
  '/admin/contacts',
  '/admin/leads',
  '/admin/users',
  '/admin/audit',
  '/admin/suppressions',
  '/admin/imports',
  '/support',
])('a NUL in the search of %s is no fault of ours', async (path) => {
  expect((await admin.get(`${path}?q=a%00b`)).status).toBeLessThan(500);
});
