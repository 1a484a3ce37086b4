import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grantLimit } from '../../src/modules/bases/index.ts';
import { approveLeads } from '../../src/modules/leads/decide.ts';
import { decideLead, reopenLead } from '../../src/modules/leads/index.ts';
import { createBase, fillBase, issueTo } from '../factories/bases.ts';
import { importThrough, oldSheet, phone, workbook } from '../factories/imports.ts';
import { createLead } from '../factories/leads.ts';
import { wordsOn } from '../factories/notifications.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import type { Visitor } from '../support/visitor.ts';
import { reply, threadIdOf, write } from '../threads/talk.ts';

let house: TestHouse;
let admin: TestUser;
let desk: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  admin = await createUser(house, { name: 'Anna', role: 'admin' });
  desk = await house.as(admin);
});
afterAll(() => house.close());

/** What this browser's person is told of now. */
async function told(browser: Visitor): Promise<string[]> {
  await house.drain();
  return wordsOn(await browser.see('/notifications'));
}
const forget = () => house.database.pool.query('DELETE FROM notification_events');

async function agentWith(browserName?: string) {
  const user = await createUser(house, browserName ? { name: browserName } : {});
  return { user, browser: await house.as(user) };
}

describe('staff are told', () => {
  it('that a registration waits once its address is confirmed, until somebody decides', async () => {
    await forget();
    const form = { name: 'newcomer', email: 'newcomer@example.com', password: 'зелёный чайник', personalData: '1' };
    await house.visitor().post('/register', form).expect(303);
    expect(await told(desk)).toEqual([]);
    const [letter] = await lettersTo(house.outbox, form.email);
    await house
      .visitor()
      .post('/confirmation', { token: letter?.link.split('token=')[1] })
      .expect(303);
    expect(await told(desk)).toEqual(['newcomer ждёт одобрения']);
    const user = await house.database.db.user.findUniqueOrThrow({ where: { email: form.email } });
    await desk.post(`/admin/users/${user.id}/approval`).expect(303);
    expect(await told(desk)).toEqual([]);
    expect((await lettersTo(house.outbox, form.email)).map(({ subject }) => subject)).toContain('Заявка одобрена');
  });

  it('of a request for a limit, until it is decided, and its agent of the answer', async () => {
    await forget();
    const { browser } = await agentWith('asker');
    const base = await createBase(house, { code: 'asked', name: 'Спрос' });
    const form = { baseTypeId: base.id, wanted: 30, reason: 'Разобрал все' };
    for (let i = 0; i < 2; i += 1) await browser.post('/cabinet/limits', form).expect(303);
    expect(await told(desk)).toEqual(['asker просит ещё 30: база «Спрос»']);
    const { id } = await house.database.db.limitRequest.findFirstOrThrow({ where: { status: 'open' } });
    await desk.post(`/admin/limits/${id}/decline`, { answer: 'Завтра' }).expect(303);
    expect(await told(desk)).toEqual([]);
    expect(await told(browser)).toEqual(['Заявку на лимит базы «Спрос» отклонили']);
  });

  it('that somebody got less than he asked for, once a base and business day', async () => {
    await forget();
    const base = await createBase(house, { code: 'dry', name: 'Сухая', limit: 10 });
    await fillBase(house, base, 3);
    const [one, two] = [await createUser(house), await createUser(house)];
    await issueTo(house, one, { base, wanted: 10 });
    expect(await told(desk)).toEqual(['База «Сухая» заканчивается: свободно 0 из 3']);
    await expect(issueTo(house, two, { base, wanted: 10 })).rejects.toThrow();
    expect(await told(desk)).toHaveLength(1);
  });

  it('how an import went that they began', async () => {
    await forget();
    const other = await createUser(house, { role: 'admin' });
    const otherAt = await house.as(other);
    await importThrough(
      house,
      desk,
      'база.xlsx',
      await workbook([oldSheet('Вотсап', [phone(900_001), phone(900_002)])]),
    );
    expect(await told(desk)).toEqual(['Файл «база.xlsx» загружен, новых контактов: 2']);
    expect(await told(otherAt)).toEqual([]);
  });
});

describe('an agent is told', () => {
  it('of a verdict and of a rework, and no more of a decision that was taken back', async () => {
    await forget();
    const { user, browser } = await agentWith();
    const ctx = await house.ctxOf(admin);
    const [one, two] = [await createLead(house, user), await createLead(house, user)];
    await decideLead(ctx, one.id, 1, { verdict: 'rejected', note: 'Не тот контакт' });
    await decideLead(ctx, two.id, 1, { verdict: 'rework', note: 'Приложите скриншот' });
    expect(await told(browser)).toEqual([`Лид ${two.value} вернули на доработку`, `Лид ${one.value} отклонён`]);
    expect((await browser.see('/notifications')).querySelector('.notice-note')?.innerText).toBe('Приложите скриншот');
    await reopenLead(ctx, one.id, 2, { to: 'pending' });
    expect(await told(browser)).toEqual([`Лид ${two.value} вернули на доработку`]);
    expect(await told(desk)).toEqual([]);
  });

  it('once of many leads that were approved at once, and of so many fewer as are reopened', async () => {
    await forget();
    const [one, two] = [await agentWith(), await agentWith()];
    const leads = [];
    for (let i = 0; i < 5; i += 1) leads.push(await createLead(house, one.user));
    const single = await createLead(house, two.user);
    const ids = [...leads, single].map(({ id }) => id);
    await approveLeads(await house.ctxOf(admin), { ids });
    expect(await told(one.browser)).toEqual(['Проверено 5 лидов']);
    expect(await told(two.browser)).toEqual([`Лид ${single.value} принят`]);
    const [first, ...others] = leads;
    const reopen = async ({ id }: { id: number }) => reopenLead(await house.ctxOf(admin), id, 2, { to: 'pending' });
    for (const lead of others.slice(0, 2)) await reopen(lead);
    expect(await told(one.browser)).toEqual(['Проверены 3 лида']);
    for (const lead of others.slice(2)) await reopen(lead);
    expect(await told(one.browser)).toEqual([`Лид ${first?.value} принят`]);
    await reopen(single);
    expect(await told(two.browser)).toEqual([]);
  });

  it('of an answer from support that he has not read for two minutes, once a streak, until he reads it', async () => {
    await forget();
    const { user, browser } = await agentWith();
    await write(browser, 'Когда выплата?');
    const thread = await threadIdOf(house, user);
    for (const text of ['Сегодня', 'До вечера']) await reply(house, desk, thread, text);
    expect(await told(browser)).toEqual([]);
    await house.database.pool.query(`UPDATE pgboss.job SET start_after = now() WHERE name = 'support.tell-answered'`);
    expect(await told(browser)).toEqual(['Поддержка ответила вам']);
    expect((await lettersTo(house.outbox, user.email)).map(({ link }) => link)).toEqual([
      `/cabinet/support/threads/${thread}`,
    ]);
    await browser.see(`/cabinet/support/threads/${thread}`);
    expect(await told(browser)).toEqual([]);
  });

  it('of a limit that was granted', async () => {
    await forget();
    const { user, browser } = await agentWith();
    const base = await createBase(house, { code: 'given', name: 'Дарёная' });
    const input = { agentId: user.id, baseTypeId: base.id, amount: 20, lasts: 'period', reason: 'молодец' } as const;
    const requestId = randomUUID();
    for (let i = 0; i < 2; i += 1) await grantLimit(await house.ctxOf(admin), { ...input, requestId });
    expect(await told(browser)).toEqual(['Вам добавили 20 к лимиту базы «Дарёная»']);
  });

  it('of a ban by letter, and of its lifting by letter and in the cabinet', async () => {
    await forget();
    const { user } = await agentWith();
    await desk.post(`/admin/users/${user.id}/ban`, { reason: 'Ошибка' }).expect(303);
    await house.drain();
    await desk.post(`/admin/users/${user.id}/ban/lifting`, { to: 'approved' }).expect(303);
    expect(await told(await house.as(user))).toEqual(['Доступ восстановлен']);
    const subjects = (await lettersTo(house.outbox, user.email)).map(({ subject }) => subject);
    expect(subjects).toEqual(['Доступ закрыт', 'Доступ восстановлен']);
  });
});
