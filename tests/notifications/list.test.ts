import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endSnoozes } from '../../src/modules/notifications/sweep.ts';
import { application, bellOn, happen, wordsOn } from '../factories/notifications.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { Ear } from '../threads/events.ts';

let house: TestHouse;
let anna: TestUser;
let annaAt: Visitor;
const ears: Ear[] = [];

beforeAll(async () => {
  house = await openTestHouse({ LIVE_HEARTBEAT_SECONDS: '1' });
  anna = await createUser(house, { name: 'Anna', role: 'admin' });
  annaAt = await house.as(anna);
});
afterAll(async () => {
  for (const ear of ears) ear.close();
  await house.close();
});
beforeEach(() => house.database.pool.query('DELETE FROM notification_events'));

const low = (base: string) => ({ type: 'base.low', subjectId: 7, params: { base, free: 1, total: 100 } }) as const;
const idOf = async (): Promise<number> =>
  (await house.database.db.notification.findFirstOrThrow({ where: { userId: anna.id }, orderBy: { id: 'desc' } })).id;
const stateOf = (id: number) => house.database.db.notification.findUniqueOrThrow({ where: { id } });
const list = async (query = '') => wordsOn(await annaAt.see(`/notifications${query}`));

describe('the list', () => {
  it('shows what is new, everything, and one kind of it, newest first', async () => {
    await happen(house, low('Первая'));
    await annaAt.post(`/notifications/${await idOf()}/done`).expect(303);
    await happen(house, low('Вторая'));
    await happen(house, application('ivan'));
    expect(await list()).toEqual(['ivan ждёт одобрения', 'База «Вторая» заканчивается: свободно 1 из 100']);
    expect(await list('?show=all')).toHaveLength(3);
    expect(await list('?kind=people')).toEqual(['ivan ждёт одобрения']);
    expect(await list('?show=all&kind=bases')).toHaveLength(2);
    expect(await list('?kind=nonsense&after=nonsense')).toHaveLength(2);
  });

  it('goes on over pages, each notice on one of them', async () => {
    for (let i = 0; i < 70; i += 1) await happen(house, low(`База${i}`));
    const words: string[] = [];
    let path: string | undefined = '/notifications';
    let pages = 0;
    for (; path; pages += 1) {
      const page = await annaAt.see(path);
      words.push(...wordsOn(page));
      path = page.querySelector('a[rel=next]')?.getAttribute('href')?.replaceAll('&amp;', '&');
    }
    expect([pages, words.length, new Set(words).size]).toEqual([3, 70, 70]);
  }, 30_000);

  it('says what to do when it is empty', async () => {
    expect((await annaAt.see('/notifications')).querySelector('.empty-title')?.innerText).toBe('Нового нет');
  });
});

describe('a notice', () => {
  it('opens where it leads, and has been seen then', async () => {
    await happen(house, low('Открытая'));
    const id = await idOf();
    const answer = await annaAt.post(`/notifications/${id}/opening`).expect(303);
    expect(answer.get('location')).toBe('/admin/bases/7');
    expect(await stateOf(id)).toMatchObject({ state: 'seen' });
    expect(await list()).toEqual([]);
  });

  it('goes from new to seen to done, and never back', async () => {
    await happen(house, low('Шаги'));
    const id = await idOf();
    const back = '/notifications?show=all';
    const answer = await annaAt.post(`/notifications/${id}/seen`, { back }).expect(303);
    expect(answer.get('location')).toBe(back);
    await annaAt
      .post(`/notifications/${id}/done`, { back: 'https://evil.example' })
      .expect(303)
      .expect('location', '/notifications');
    await annaAt.post(`/notifications/${id}/seen`).expect(303);
    expect(await stateOf(id)).toMatchObject({ state: 'done' });
  });

  it('that is put off is out of sight and comes back as new', async () => {
    await happen(house, low('Потом'));
    const id = await idOf();
    await annaAt.post(`/notifications/${id}/snooze`, { until: 'hour' }).expect(303);
    expect([await list(), (await list('?show=later')).length, bellOn(await annaAt.see('/admin'))]).toEqual([
      [],
      1,
      '0',
    ]);
    await endSnoozes(house.ctx());
    expect(await list()).toEqual([]);
    const back = new Date(Date.now() + 3_601_000);
    await endSnoozes(house.ctx({ now: back }));
    expect([(await list()).length, bellOn(await annaAt.see('/admin'))]).toEqual([1, '1']);
  });

  it('that is put off takes no later ones with it out of sight', async () => {
    await happen(house, application('ivan'));
    await annaAt.post(`/notifications/${await idOf()}/snooze`, { until: 'week' }).expect(303);
    await happen(house, application('olga'));
    expect(await list()).toEqual(['olga ждёт одобрения']);
  });

  it('of somebody else does not exist', async () => {
    await happen(house, low('Чужая'));
    const id = await idOf();
    const stranger = await house.as(await createUser(house, { role: 'admin' }));
    for (const act of ['opening', 'seen', 'done', 'snooze'])
      await stranger.post(`/notifications/${id}/${act}`).expect(404);
    expect(await stateOf(id)).toMatchObject({ state: 'new' });
  });
});

it('all that is new of a kind is seen at once, and nothing else', async () => {
  await happen(house, low('Одна'));
  await happen(house, low('Другая'));
  await happen(house, application('ivan'));
  await annaAt.post('/notifications/seen', { kind: 'bases' }).expect(303);
  const page = await annaAt.see('/notifications');
  expect(page.querySelector('[data-toasts]')?.innerText).toContain('Прочитано 2 уведомления');
  expect([wordsOn(page), bellOn(page)]).toEqual([['ivan ждёт одобрения'], '1']);
});

describe('the bell', () => {
  it('rings on the stream that the page holds for its messages, of staff and of an agent', async () => {
    const agentAt = await house.as(await createUser(house));
    const [mine, theirs] = [new Ear(annaAt, '/support/events'), new Ear(agentAt, '/cabinet/support/events')];
    ears.push(mine, theirs);
    expect((await mine.next('bell')).data).toEqual({ href: '/notifications', count: 0, words: '0 новых' });
    await theirs.next('bell');
    await happen(house, low('Звонок'));
    await mine.next('bell', ({ data }) => data.count === 1);
    await annaAt.post('/notifications/seen').expect(303);
    await mine.next('bell', ({ data }) => data.count === 0);
    const agent = await house.database.db.user.findFirstOrThrow({ where: { role: 'user' } });
    await happen(house, { type: 'limit.granted', personId: agent.id, params: { base: 'ВК', amount: 5 } });
    await theirs.next('bell', ({ data }) => data.count === 1);
  });

  it('tells a page that asks now and then', async () => {
    await happen(house, low('Спросили'));
    expect((await annaAt.get('/notifications/unread').expect(200)).body).toEqual({
      href: '/notifications',
      count: 1,
      words: '1 новое',
    });
  });

  it('costs a page no question of its own', async () => {
    const asked: string[] = [];
    const { pool, quick } = house.database;
    const watched = [pool, quick].map((door) => {
      const query = door.query.bind(door) as (...words: unknown[]) => Promise<never>;
      Object.assign(door, {
        query: (...words: unknown[]) => {
          asked.push(JSON.stringify(words[0]));
          return query(...words);
        },
      });
      return { door, query };
    });
    try {
      await annaAt.see('/admin/settings');
    } finally {
      for (const { door, query } of watched) Object.assign(door, { query });
    }
    const about = asked.filter((text) => text.includes('notifications'));
    expect(new Set(about).size).toBe(1);
    expect(about[0]).toContain('nav.badges');
  });
});
