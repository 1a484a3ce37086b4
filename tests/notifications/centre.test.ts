import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inSqlTransaction, inTransaction, type SqlCtx } from '../../src/ctx.ts';
import { deliverDue } from '../../src/modules/notifications/deliver.ts';
import { expandEvents } from '../../src/modules/notifications/expand.ts';
import { notify, settle } from '../../src/modules/notifications/index.ts';
import { sweepOld } from '../../src/modules/notifications/sweep.ts';
import { application, bellOn, happen, wordsOn } from '../factories/notifications.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { lettersTo } from '../support/letters.ts';
import type { Visitor } from '../support/visitor.ts';

let house: TestHouse;
let anna: TestUser;
let boris: TestUser;
let annaAt: Visitor;
let borisAt: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  anna = await createUser(house, { name: 'Anna', role: 'admin' });
  boris = await createUser(house, { name: 'Boris', role: 'admin' });
  annaAt = await house.as(anna);
  borisAt = await house.as(boris);
});
afterAll(() => house.close());

const rowsOf = (user: TestUser) => house.database.db.notification.findMany({ where: { userId: user.id } });
const clean = () => house.database.pool.query('DELETE FROM notification_events');
const base = { type: 'base.low', subjectId: 1, params: { base: 'Вотсап', free: 3, total: 100 } } as const;

describe('an event', () => {
  it('reaches everybody who may do something about it, except who acted', async () => {
    await clean();
    const [support, agent] = [await createUser(house, { role: 'support' }), await createUser(house)];
    await happen(house, base, { by: boris });
    expect(wordsOn(await annaAt.see('/notifications'))).toEqual(['База «Вотсап» заканчивается: свободно 3 из 100']);
    for (const user of [boris, support, agent]) expect(await rowsOf(user)).toEqual([]);
  });

  it('is told if and only if its act is kept', async () => {
    await clean();
    const ctx = house.ctx();
    const refused = async (tx: SqlCtx): Promise<void> => {
      await notify(tx, base);
      throw new Error('The act was refused');
    };
    await expect(inTransaction(ctx, refused)).rejects.toThrow('The act was refused');
    await expect(inSqlTransaction(ctx, refused)).rejects.toThrow('The act was refused');
    await house.drain();
    expect(await house.database.db.notificationEvent.count()).toBe(0);
    await inTransaction(ctx, (tx) => notify(tx, base));
    await inSqlTransaction(ctx, (tx) => notify(tx, base));
    await house.drain();
    expect(await rowsOf(anna)).toHaveLength(2);
  });

  it('that says it comes once is told once', async () => {
    await clean();
    await happen(house, { ...base, once: 'base 1 today' });
    await happen(house, { ...base, once: 'base 1 today' });
    expect(await rowsOf(anna)).toHaveLength(1);
  });

  it('of a type that this version does not know is passed over, and holds nothing up', async () => {
    await clean();
    await house.database.db.notificationEvent.create({ data: { type: 'tea.ready', createdAt: new Date() } });
    await happen(house, base);
    expect(await rowsOf(anna)).toHaveLength(1);
  });

  it('is not shown any more to who may no longer act on it', async () => {
    await clean();
    const former = await createUser(house, { role: 'admin' });
    await happen(house, base);
    const browser = await house.as(former);
    expect(bellOn(await browser.see('/notifications'))).toBe('1');
    await house.database.db.user.update({ where: { id: former.id }, data: { role: 'support' } });
    const page = await browser.see('/notifications?show=all');
    expect([bellOn(page), wordsOn(page)]).toEqual(['0', []]);
  });

  it('of half a year ago is forgotten', async () => {
    await clean();
    await happen(house, base, { now: new Date(Date.now() - 181 * 86_400_000) });
    await happen(house, base);
    await sweepOld(house.ctx());
    expect(await rowsOf(anna)).toHaveLength(1);
  });
});

describe('each is told once', () => {
  const letters = async () =>
    (await lettersTo(house.outbox, anna.email)).filter(({ text }) => text.includes('Разовая'));
  const once = { ...base, params: { ...base.params, base: 'Разовая' } };

  it('however often the job runs, and several at the same time', async () => {
    await clean();
    const before = (await letters()).length;
    await inSqlTransaction(house.ctx(), (tx) => notify(tx, once));
    const everything = async () => {
      await expandEvents(house.ctx());
      await deliverDue(house.ctx());
    };
    await Promise.all([everything(), everything(), everything(), everything()]);
    await everything();
    await house.drain();
    expect(await rowsOf(anna)).toHaveLength(1);
    expect(await rowsOf(boris)).toHaveLength(1);
    expect(await letters()).toHaveLength(before + 1);
  });

  it.each(['notifications', 'notification_deliveries'])(
    'when the job is broken off while it writes %s, and runs again',
    async (table) => {
      await clean();
      const before = (await letters()).length;
      const { pool } = house.database;
      await pool.query(`CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF NEW.user_id = ${boris.id} THEN RAISE 'The power failed'; END IF; RETURN NEW; END $$`);
      await pool.query(
        `CREATE TRIGGER break_off BEFORE INSERT OR UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION break_off()`,
      );
      try {
        await inSqlTransaction(house.ctx(), (tx) => notify(tx, once));
        await expect(house.drain()).rejects.toThrow('The power failed');
        expect([await rowsOf(anna), await rowsOf(boris)]).toEqual([[], []]);
      } finally {
        await pool.query('DROP FUNCTION break_off CASCADE');
      }
      await expandEvents(house.ctx());
      await deliverDue(house.ctx());
      await house.drain();
      expect([await rowsOf(anna), await rowsOf(boris)].map(({ length }) => length)).toEqual([1, 1]);
      expect(await letters()).toHaveLength(before + 1);
    },
  );

  it('when the job is broken off between marking a letter as sent and sending it', async () => {
    await clean();
    const before = (await letters()).length;
    const { pool } = house.database;
    await inSqlTransaction(house.ctx(), (tx) => notify(tx, once));
    await expandEvents(house.ctx());
    await pool.query(
      `CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'The power failed'; END $$`,
    );
    await pool.query(
      `CREATE TRIGGER break_off AFTER UPDATE ON notification_deliveries FOR EACH ROW EXECUTE FUNCTION break_off()`,
    );
    try {
      await expect(deliverDue(house.ctx())).rejects.toThrow('The power failed');
    } finally {
      await pool.query('DROP FUNCTION break_off CASCADE');
    }
    await deliverDue(house.ctx());
    await deliverDue(house.ctx());
    await house.drain();
    expect(await letters()).toHaveLength(before + 1);
  });
});

describe('many of one kind', () => {
  it('are one row that says how many, and one on the bell', async () => {
    await clean();
    for (const name of ['ivan', 'olga', 'petr']) await happen(house, application(name));
    const page = await annaAt.see('/notifications');
    expect(wordsOn(page)).toEqual(['3 заявки ждут одобрения']);
    expect(bellOn(page)).toBe('1');
    expect(await rowsOf(anna)).toHaveLength(3);
    const opened = await annaAt
      .post(`/notifications/${(await rowsOf(anna)).find(({ headId }) => headId === null)?.id}/opening`)
      .expect(303);
    expect(opened.get('location')).toBe('/admin/users?status=pending');
  });

  it('begin anew after a person has seen them, for that person only', async () => {
    await clean();
    await happen(house, application('ivan'));
    await annaAt.post('/notifications/seen').expect(303);
    await happen(house, application('olga'));
    expect(wordsOn(await annaAt.see('/notifications?show=all'))).toEqual([
      'olga ждёт одобрения',
      'ivan ждёт одобрения',
    ]);
    expect(wordsOn(await borisAt.see('/notifications'))).toEqual(['2 заявки ждут одобрения']);
  });

  it('become fewer as they are dealt with, name the one that is left, and are done when none is', async () => {
    await clean();
    const events = ['ivan', 'olga', 'petr'].map(application);
    for (const event of events) await happen(house, event);
    const deal = async (i: number) => {
      await inSqlTransaction(house.ctx(), (tx) => settle(tx, ['registration.waits'], events[i]?.subjectId ?? 0));
      await house.drain();
      return wordsOn(await annaAt.see('/notifications'));
    };
    expect(await deal(0)).toEqual(['2 заявки ждут одобрения']);
    expect(await deal(2)).toEqual(['olga ждёт одобрения']);
    expect(await deal(2)).toEqual(['olga ждёт одобрения']);
    expect(await deal(1)).toEqual([]);
    expect(bellOn(await annaAt.see('/admin'))).toBe('0');
    expect((await annaAt.see('/notifications?show=all')).querySelector('.notice-meta')?.innerText).toContain('готово');
  });

  it('are two rows when a day lies between them', async () => {
    await clean();
    await happen(house, application('ivan'));
    await house.database.pool.query(`UPDATE notifications SET created_at = created_at - interval '25 hours'`);
    await happen(house, application('olga'));
    expect(wordsOn(await annaAt.see('/notifications'))).toHaveLength(2);
  });
});
