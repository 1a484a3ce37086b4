import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { q } from '../../src/lib/sql.ts';
import { writeMessage } from '../../src/modules/support/index.ts';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { chatOf, reply, threadIdOf } from './talk.ts';

let house: TestHouse;
let bob: Visitor;
const people: Record<string, TestUser> = {};

beforeAll(async () => {
  house = await openTestHouse();
  bob = await house.as(await createUser(house, { name: 'Bob', role: 'support' }));
  for (const name of ['Anna', 'Boris', 'Vera', 'Gleb']) people[name] = await createUser(house, { name });
});
afterAll(() => house.close());

const say = async (name: string, text: string, minutesAgo: number): Promise<void> => {
  const ctx = await house.ctxOf(people[name] as TestUser, new Date(Date.now() - minutesAgo * 60_000));
  await writeMessage(ctx, { requestId: crypto.randomUUID(), text, uploads: [] });
};
const names = async (path: string): Promise<string[]> =>
  (await bob.see(path)).querySelectorAll('.queue-line .queue-name').map((name) => name.innerText.trim());
const idOf = (name: string) => threadIdOf(house, people[name] as TestUser);

describe('the queue', () => {
  it('without anybody in it says so', async () => {
    expect((await bob.see('/support')).innerText).toContain('Никто ещё не писал');
  });

  it('puts who waits longest first, however often he writes, and the answered after the waiting, newest first', async () => {
    await say('Anna', 'Пропала база', 50);
    await say('Boris', 'Не приходит письмо', 40);
    await say('Vera', 'Спасибо 100%', 30);
    await say('Gleb', 'Когда выплата?', 20);
    await say('Anna', 'Ау?', 1);
    expect(await names('/support')).toEqual(['Anna', 'Boris', 'Vera', 'Gleb']);

    await reply(house, bob, await idOf('Anna'), 'Нашлась');
    await reply(house, bob, await idOf('Vera'), 'Пожалуйста');
    expect(await names('/support')).toEqual(['Boris', 'Gleb', 'Vera', 'Anna']);
    expect(await names('/support?show=unread')).toEqual(['Boris', 'Gleb']);
  });

  it('counts who waits in its tabs, and in the navigation', async () => {
    const page = await bob.see('/support?show=unread');
    expect(page.querySelectorAll('.tab-link .count').map((count) => count.innerText)).toEqual(['0', '2', '0', '2']);
    const all = page.querySelectorAll('.tab-link').at(-1);
    expect(all?.querySelector('.count')?.getAttribute('title')).toBe('2 ждут ответа');
    expect(all?.querySelector('.sr-only')?.innerText).toContain('2 ждут ответа');
    expect(page.querySelector('[data-badge="/support"] [data-badge-count]')?.innerText).toBe('2');
  });

  it('is searched by person and by words of any message, taken as they stand', async () => {
    expect(await names('/support?q=bor')).toEqual(['Boris']);
    expect(await names('/support?q=ПРОПАЛА')).toEqual(['Anna']);
    expect((await bob.see('/support?q=пропала')).querySelector('.queue-text')?.innerText).toContain('Пропала база');
    expect(await names('/support?q=100%25')).toEqual(['Vera']);
    expect(await names('/support?q=%25')).toEqual(['Vera']);
    expect((await bob.see('/support?q=нетакого')).innerText).toContain('Ничего не нашлось');
  });

  it('leads from one conversation to the next that waits', async () => {
    const page = await bob.see(`/support/threads/${await idOf('Anna')}`);
    const next = page.querySelectorAll('.page-actions a').map((a) => a.getAttribute('href'));
    expect(next).toEqual([`/support/threads/${await idOf('Boris')}`]);
  });

  it('goes on by pages that neither repeat nor lose anybody', async () => {
    const ids: number[] = [];
    for (let i = 0; i < 30; i += 1) {
      const user = await createUser(house, { name: `Many${i}` });
      people[user.name] = user;
      await say(user.name, `Привет ${i}`, 500 - i);
      ids.push(user.id);
    }
    const first = await bob.see('/support');
    const forward = first.querySelector('a[rel=next]')?.getAttribute('href') ?? '';
    const second = await bob.see(forward);
    const shown = [first, second].flatMap((page) =>
      page.querySelectorAll('.queue-line .queue-name').map((name) => name.innerText.trim()),
    );
    expect(shown).toHaveLength(34);
    expect(new Set(shown).size).toBe(34);
    const back = second.querySelector('a[rel=prev]')?.getAttribute('href') ?? '';
    expect(await names(back)).toEqual(shown.slice(0, 25));
  });

  it('shows a long conversation from its end, and what was before on demand', async () => {
    for (let i = 0; i < 60; i += 1) await say('Gleb', `Строка ${i}`, 10);
    const path = `/support/threads/${await idOf('Gleb')}`;
    const page = await bob.see(path);
    const texts = page.querySelectorAll('[data-message] .chat-text').map((p) => p.innerText);
    expect(texts).toHaveLength(50);
    expect(texts.at(-1)).toBe('Строка 59');
    const earlier = await bob.see(page.querySelector('.chat-earlier a')?.getAttribute('href') ?? '');
    expect(earlier.querySelectorAll('[data-message] .chat-text').map((p) => p.innerText)[0]).toBe('Когда выплата?');
  });
});

describe('a letter about an answer', () => {
  const letters = async (): Promise<string[]> => {
    // Two minutes pass.
    await house.database.sql.run(q`UPDATE pgboss.job SET start_after = now() WHERE name = 'support.tell-answered'`);
    await house.drain();
    const sent = await house.database.sql.rows<{ to: string }>(
      q`SELECT data->>'to' AS "to" FROM pgboss.job WHERE name = 'mail.send' AND data->>'letter' = 'supportAnswered' ORDER BY created_on`,
    );
    return sent.map(({ to }) => to);
  };

  it('goes once for a streak of unread answers, not at once, and again only for the next streak', async () => {
    const anna = people.Anna as TestUser;
    const annaAt = await house.as(anna);
    await annaAt.see(await chatOf(house, anna));
    await letters();
    const before = (await letters()).filter((to) => to === anna.email).length;

    await reply(house, bob, await idOf('Anna'), 'Раз');
    await reply(house, bob, await idOf('Anna'), 'Два');
    await house.drain();
    const waiting = q`SELECT 1 FROM pgboss.job WHERE name = 'support.tell-answered' AND state = 'created'`;
    expect(await house.database.sql.rows(waiting)).toHaveLength(1);
    expect((await letters()).filter((to) => to === anna.email)).toHaveLength(before + 1);

    await annaAt.see(await chatOf(house, anna));
    await reply(house, bob, await idOf('Anna'), 'Три');
    expect((await letters()).filter((to) => to === anna.email)).toHaveLength(before + 2);
  });

  it('is not written to who has read the answer meanwhile, has no confirmed address, or is banned', async () => {
    const reader = await createUser(house);
    const unconfirmed = await createUser(house, { confirmed: false });
    const banned = await createUser(house);
    for (const person of [reader, unconfirmed, banned]) {
      people[person.name] = person;
      await say(person.name, 'Вопрос', 1);
      await reply(house, bob, await threadIdOf(house, person), 'Ответ');
    }
    await (await house.as(reader)).see(await chatOf(house, reader));
    await house.database.db.user.update({ where: { id: banned.id }, data: { status: 'banned' } });
    const to = await letters();
    expect(to.filter((address) => [reader, unconfirmed, banned].some(({ email }) => email === address))).toEqual([]);
  });
});
