import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getSetting } from '../../src/modules/settings/index.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let admin: TestUser;
let desk: Visitor;
beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { role: 'admin' });
  desk = await house.as(admin);
});
afterAll(() => house.close());

const form = (change: Record<string, string | undefined> = {}) => ({
  'leads.attachment-required': '1',
  'accounts.registration-open': '1',
  ...change,
});
const changes = () =>
  house.database.db.auditEvent.findMany({ where: { action: 'setting.changed' }, orderBy: { id: 'asc' } });

describe('settings', () => {
  it('show what holds until somebody says otherwise', async () => {
    const page = await desk.see('/admin/settings');
    expect(page.querySelector('[name="leads.attachment-required"]')?.hasAttribute('checked')).toBe(true);
    expect(page.innerText).not.toContain('Изменил');
  });

  it('change at once, and the journal says who changed what from what to what', async () => {
    await desk.post('/admin/settings', form({ 'leads.attachment-required': undefined })).expect(303);
    expect(await getSetting(house.database, 'leads.attachment-required')).toBe(false);
    const page = await desk.see('/admin/settings');
    expect(page.querySelector('[name="leads.attachment-required"]')?.hasAttribute('checked')).toBe(false);
    expect(page.innerText).toContain(admin.name);
    expect((await changes()).map(({ actorId, details }) => [actorId, details])).toEqual([
      [admin.id, { key: 'leads.attachment-required', before: true, after: false }],
    ]);
  });

  it('write nothing when nothing changes', async () => {
    const before = (await changes()).length;
    await desk.post('/admin/settings', form({ 'leads.attachment-required': undefined })).expect(303);
    expect(await changes()).toHaveLength(before);
  });

  it('are for administrators only', async () => {
    const support = await house.as(await createUser(house, { role: 'support' }));
    await support.get('/admin/settings').expect(403);
    await support.post('/admin/settings', form()).expect(403);
  });
});
