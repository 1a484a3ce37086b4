import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSqlTransaction } from '../../src/ctx.ts';
import { clockOf } from '../../src/lib/quiet-hours.ts';
import { decideLead } from '../../src/modules/leads/index.ts';
import { deliverDue } from '../../src/modules/notifications/deliver.ts';
import { settle } from '../../src/modules/notifications/index.ts';
import { endSnoozes } from '../../src/modules/notifications/sweep.ts';
import { createLead } from '../factories/leads.ts';
import { application, happen, wordsOn } from '../factories/notifications.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import { seen, type Visitor } from '../support/visitor.ts';

let house: TestHouse;
let other: TestUser;
let otherAt: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  other = await createUser(house, { name: 'Other', role: 'admin' });
  otherAt = await house.as(other);
});
afterAll(() => house.close());

const minutes = (n: number): Date => new Date(Date.now() + n * 60_000);
const low = (base: string) => ({ type: 'base.low', params: { base, free: 1, total: 100 } }) as const;

async function admin(): Promise<{ user: TestUser; browser: Visitor; subjects(at?: Date): Promise<string[]> }> {
  const user = await createUser(house, { role: 'admin' });
  const subjects = async (now = new Date()) => {
    await deliverDue(house.ctx({ now }));
    await house.drain();
    return (await lettersTo(house.outbox, user.email)).map(({ subject }) => subject);
  };
  return { user, browser: await house.as(user), subjects };
}

/** The boxes of a page of switches that are ticked, but for these. */
async function ticked(browser: Visitor, path: string, but: string[] = []): Promise<string[]> {
  const boxes = (await browser.see(path)).querySelectorAll('input[name=on][checked]:not([disabled])');
  return boxes.map((box) => box.getAttribute('value') ?? '').filter((value) => !but.includes(value));
}

/** Quiet from an hour ago until in an hour, by the clocks of Moscow. */
function quietNow() {
  const minute = Math.floor((Date.now() + 3 * 3_600_000) / 60_000) % 1440;
  const at = (change: number) => clockOf((minute + change + 1440) % 1440);
  return { quiet: '1', from: at(-60), until: at(60), zone: 'Europe/Moscow' };
}

describe('a letter', () => {
  it('of many registrations is one for a quarter of an hour', async () => {
    const { user, subjects } = await admin();
    for (const name of ['one', 'two', 'three']) await happen(house, application(name));
    expect(await subjects()).toEqual([]);
    expect(await subjects(minutes(16))).toEqual(['3 заявки ждут одобрения']);
    const [letter] = await lettersTo(house.outbox, user.email);
    expect(letter?.text).toContain('one\n\ntwo\n\nthree');
    expect(letter?.link).toBe('/admin/users?status=pending');
    expect(await subjects(minutes(60))).toHaveLength(1);
  });

  it('is not sent when its notice was seen first', async () => {
    const { browser, subjects } = await admin();
    await happen(house, application('seen'));
    await browser.post('/notifications/seen').expect(303);
    expect(await subjects(minutes(16))).toEqual([]);
  });

  it('after a snooze is of what came then, though the notice that was put off has been seen', async () => {
    const { user, browser, subjects } = await admin();
    await happen(house, application('before'));
    const { id } = await house.database.db.notification.findFirstOrThrow({ where: { userId: user.id } });
    await browser.post(`/notifications/${id}/snooze`, { until: 'hour' }).expect(303);
    await endSnoozes(house.ctx({ now: minutes(61) }));
    await happen(house, application('after'));
    expect(await subjects(minutes(16))).toEqual(['1 заявка ждёт одобрения']);
    expect((await lettersTo(house.outbox, user.email))[0]?.text).toContain('after');
  });

  it('is not sent about what was dealt with first, even to who keeps no notices in the cabinet', async () => {
    const { browser, subjects } = await admin();
    const path = '/notifications/settings';
    await browser.post(path, { on: await ticked(browser, path, ['registration.waits cabinet']) }).expect(303);
    const [settled, open] = [application('settled'), application('open')];
    for (const event of [settled, open]) await happen(house, event);
    await inSqlTransaction(house.ctx(), (tx) => settle(tx, ['registration.waits'], settled.subjectId ?? 0));
    await house.drain();
    expect(await subjects(minutes(16))).toEqual(['1 заявка ждёт одобрения']);
  });

  it('that cannot be written holds up none behind it, and is told of', async () => {
    const [first, second] = [await admin(), await admin()];
    await house.database.db.user.update({ where: { id: first.user.id }, data: { email: 'no address' } });
    await happen(house, application('both'));
    const now = minutes(16);
    await expect(deliverDue(house.ctx({ now }))).rejects.toThrow('Letters that could not be written: 1');
    await house.drain();
    expect((await lettersTo(house.outbox, second.user.email)).map(({ subject }) => subject)).toEqual([
      '1 заявка ждёт одобрения',
    ]);
    await house.database.db.user.update({ where: { id: first.user.id }, data: { email: first.user.email } });
    expect(await first.subjects(now)).toEqual(['1 заявка ждёт одобрения']);
    expect(await lettersTo(house.outbox, second.user.email)).toHaveLength(1);
  });

  it('is not sent to who may no longer act on it', async () => {
    const { user, subjects } = await admin();
    await happen(house, application('former'));
    await house.database.db.user.update({ where: { id: user.id }, data: { role: 'user' } });
    expect(await subjects(minutes(16))).toEqual([]);
  });

  it('goes out in the language of its reader', async () => {
    const { user, subjects } = await admin();
    await house.database.db.user.update({ where: { id: user.id }, data: { locale: 'en' } });
    await happen(house, low('Viber'));
    expect(await subjects()).toEqual(['The base “Viber” runs low']);
  });
});

describe('a personal switch', () => {
  it('stops the letter and leaves the cabinet, or the other way round, for this person only', async () => {
    const [one, two] = [await admin(), await admin()];
    const path = '/notifications/settings';
    await one.browser.post(path, { on: await ticked(one.browser, path, ['base.low email']) }).expect(303);
    await two.browser.post(path, { on: await ticked(two.browser, path, ['base.low cabinet']) }).expect(303);
    await happen(house, low('Switched'));
    expect([await one.subjects(), await two.subjects()]).toEqual([[], ['Заканчивается база «Switched»']]);
    expect(wordsOn(await one.browser.see('/notifications'))).toHaveLength(1);
    expect(wordsOn(await two.browser.see('/notifications'))).toEqual([]);
    expect((await one.browser.see(path)).querySelector('input[value="base.low email"]')?.hasAttribute('checked')).toBe(
      false,
    );
  });

  it('is offered only for what may reach the person', async () => {
    const agentAt = await house.as(await createUser(house));
    const values = (await agentAt.see('/notifications/settings'))
      .querySelectorAll('input[name=on]')
      .map((box) => box.getAttribute('value'));
    expect(values).toContain('lead.verdict email');
    expect(values.filter((value) => value?.startsWith('registration'))).toEqual([]);
  });

  it('cannot stop a decision on access', async () => {
    const person = await createUser(house);
    const browser = await house.as(person);
    await browser.post('/notifications/settings', {}).expect(303);
    await otherAt.post(`/admin/users/${person.id}/ban`, { reason: 'Проверка' }).expect(303);
    await house.drain();
    expect((await lettersTo(house.outbox, person.email)).map(({ subject }) => subject)).toEqual(['Доступ закрыт']);
  });

  it('of an agent holds for the letter of verdicts too, for each kind of verdict', async () => {
    const agent = await createUser(house);
    const browser = await house.as(agent);
    const path = '/notifications/settings';
    const on = await ticked(browser, path);
    await browser.post(path, { on: await ticked(browser, path, ['lead.verdict email']) }).expect(303);
    const ctx = await house.ctxOf(other);
    const [one, two] = [await createLead(house, agent), await createLead(house, agent)];
    await decideLead(ctx, one.id, 1, { verdict: 'approved' });
    await decideLead(ctx, two.id, 1, { verdict: 'rework', note: 'Нет скриншота' });
    await house.queue.enqueue(ctx, 'leads.digest', {});
    await house.drain();
    const [letter, ...more] = await lettersTo(house.outbox, agent.email);
    expect(more).toEqual([]);
    expect(letter?.text).toContain('Принято: 0. Отклонено: 0. На доработку: 1.');
    // What was not to be told of then is not told of later.
    await browser.post(path, { on }).expect(303);
    await house.queue.enqueue(ctx, 'leads.digest', {});
    await house.drain();
    expect(await lettersTo(house.outbox, agent.email)).toHaveLength(1);
  });
});

describe('the house’s defaults', () => {
  it('hold for who has not chosen, are written in the journal, and yield to a personal switch', async () => {
    const [silent, loud] = [await admin(), await admin()];
    const path = '/admin/notifications';
    const off = ['import.failed email'];
    const failed = (user: TestUser) =>
      ({
        type: 'import.failed',
        personId: user.id,
        subjectId: 1,
        params: { file: 'база.xlsx', rows: 5, created: 2 },
      }) as const;
    await otherAt.post(path, { on: await ticked(otherAt, path, off) }).expect(303);
    const own = await ticked(loud.browser, '/notifications/settings');
    await loud.browser.post('/notifications/settings', { on: [...own, ...off] }).expect(303);
    for (const { user } of [silent, loud]) await happen(house, failed(user));
    expect([await silent.subjects(), await loud.subjects()]).toEqual([[], ['Файл «база.xlsx» не загрузился']]);
    const event = await house.database.db.auditEvent.findFirst({ where: { action: 'notification.default_changed' } });
    expect(event).toMatchObject({
      actorId: other.id,
      details: { type: 'import.failed', channel: 'email', before: true, after: false },
    });
  });
});

describe('in quiet hours', () => {
  it('a letter waits until they end, and the cabinet does not', async () => {
    const { browser, subjects } = await admin();
    await browser.post('/notifications/quiet-hours', quietNow()).expect(303);
    await happen(house, low('Quiet'));
    expect(wordsOn(await browser.see('/notifications'))).toEqual(['База «Quiet» заканчивается: свободно 1 из 100']);
    expect(await subjects(minutes(30))).toEqual([]);
    expect(await subjects(minutes(61))).toEqual(['Заканчивается база «Quiet»']);
  });

  it('the letter of verdicts waits too', async () => {
    const agent = await createUser(house);
    await (await house.as(agent)).post('/notifications/quiet-hours', quietNow()).expect(303);
    const ctx = await house.ctxOf(other);
    await decideLead(ctx, (await createLead(house, agent)).id, 1, { verdict: 'approved' });
    const digest = async () => {
      await house.queue.enqueue(ctx, 'leads.digest', {});
      await house.drain();
      return lettersTo(house.outbox, agent.email);
    };
    expect(await digest()).toEqual([]);
    await (await house.as(agent)).post('/notifications/quiet-hours', { ...quietNow(), quiet: undefined }).expect(303);
    expect(await digest()).toHaveLength(1);
  });

  it.each([
    [{ from: '25:00' }, 'Время пишется так'],
    [{ zone: 'Mars/Olympus' }, 'Такого часового пояса нет'],
    [{ until: '22:00' }, 'не могут совпадать'],
  ])('%o is refused beside its field', async (change, sentence) => {
    const night = { quiet: '1', from: '22:00', until: '07:00', zone: 'Europe/Moscow' };
    const page = seen(await otherAt.post('/notifications/quiet-hours', { ...night, ...change }), 422);
    expect(page.querySelector('.field-error')?.innerText).toContain(sentence);
  });
});
