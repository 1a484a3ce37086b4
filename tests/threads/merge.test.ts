import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser, type TestUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { begin, close, threadIn, threadRow } from './desk.ts';
import { expectTrueCounters, messagesOf } from './talk.ts';

let house: TestHouse;
let bob: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  bob = await house.as(await createUser(house, { name: 'Bob', role: 'support' }));
});
afterAll(() => house.close());

async function opened(text: string): Promise<{ id: number; at: Visitor; person: TestUser }> {
  const person = await createUser(house);
  const at = await house.as(person);
  return { id: threadIn(await begin(house, at, 'Другое', text)), at, person };
}

describe('two threads of one person', () => {
  const merge = (id: number, fromId: number, requestId: string = randomUUID()) =>
    bob.post(`/support/threads/${id}/merges`, { requestId, fromId });

  it('become one without losing a word, once by a double click, and the old address leads there', async () => {
    const { id, at, person } = await opened('Раз');
    const second = threadIn(await begin(house, at, 'Контакты и лимиты', 'Два'));
    await at
      .upload(`/cabinet/support/threads/${id}/messages`, { requestId: randomUUID(), text: 'Три' }, [])
      .expect(303);
    await bob.post(`/support/threads/${second}/notes`, { requestId: randomUUID(), note: 'Заметка' }).expect(303);
    await bob.post(`/support/threads/${second}/draft`, { text: 'Черновик' }).expect(204);
    await close(house, bob, id);
    const requestId = randomUUID();
    await Promise.all([1, 2, 3].map(() => merge(id, second, requestId)));
    expect((await messagesOf(house, id)).map(({ text }) => text)).toEqual(['Раз', 'Два', 'Три']);
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', kinds: ['note', 'closed', 'merged'] });
    expect(await house.database.db.thread.count({ where: { personId: person.id } })).toBe(1);
    const shown = await bob.see(`/support/threads/${second}`);
    expect(shown.querySelector('[data-composer]')?.getAttribute('action')).toBe(`/support/threads/${id}/messages`);
    expect(shown.querySelector('[data-composer] textarea')?.innerText.trim()).toBe('Черновик');
    const found = await bob.see(`/support?q=${encodeURIComponent(`№${second}`)}`);
    expect(found.querySelectorAll('[data-line]').map((line) => line.getAttribute('href')?.split('?')[0])).toEqual([
      `/support/threads/${id}`,
    ]);
    expect((await at.see(`/cabinet/support/threads/${second}`)).innerText).toContain('Два');
    await at
      .upload(`/cabinet/support/threads/${second}/messages`, { requestId: randomUUID(), text: 'Четыре' }, [])
      .expect(303);
    expect((await messagesOf(house, id)).at(-1)?.text).toBe('Четыре');
    // An act by the old address is an act on what it became, and the journal says so.
    await close(house, bob, second, { lastSeenMessageId: (await messagesOf(house, id)).at(-1)?.id ?? 0 });
    expect(await threadRow(house, id)).toMatchObject({ status: 'closed' });
    expect(await house.database.db.auditEvent.count({ where: { action: 'thread.merged', subjectId: id } })).toBe(1);
    await expectTrueCounters(house);
  });

  it('say what the other was about in the language of who reads it', async () => {
    const { id, at } = await opened('Раз');
    const second = threadIn(await begin(house, at, 'Контакты и лимиты', 'Два'));
    await merge(id, second).expect(303);
    const { titleEn } = await house.database.db.purpose.findFirstOrThrow({ where: { titleRu: 'Контакты и лимиты' } });
    const user = await createUser(house, { role: 'support' });
    await house.database.db.user.update({ where: { id: user.id }, data: { locale: 'en' } });
    const said = async (reader: Visitor) =>
      (await reader.see(`/support/threads/${id}`)).querySelector('.chat-event-note')?.innerText;
    expect(await said(bob)).toBe(`№${second}, Контакты и лимиты`);
    expect(await said(await house.as(user))).toBe(`№${second}, ${titleEn}`);
  });

  it('become one whichever way two colleagues press at once, and words that come meanwhile are there', async () => {
    const { id, at } = await opened('Раз');
    const second = threadIn(await begin(house, at, 'Другое', 'Два'));
    const say = (thread: number, text: string) =>
      at.upload(`/cabinet/support/threads/${thread}/messages`, { requestId: randomUUID(), text }, []);
    const answers = await Promise.all([merge(id, second), say(second, 'Три'), merge(second, id), say(id, 'Четыре')]);
    expect(answers.map(({ status }) => status)).toEqual([expect.any(Number), 303, expect.any(Number), 303]);
    const left = await house.database.db.thread.findMany({ where: { id: { in: [id, second] } } });
    expect(left).toHaveLength(1);
    expect((await messagesOf(house, left[0]?.id ?? 0)).map(({ text }) => text).sort()).toEqual(
      ['Два', 'Раз', 'Три', 'Четыре'].sort(),
    );
    await expectTrueCounters(house);
  });

  it('of different people never become one, nor one with itself', async () => {
    const [one, other] = [await opened('Моё'), await opened('Чужое')];
    await merge(one.id, other.id).expect(422);
    await merge(one.id, one.id).expect(422);
    await one.at.post(`/support/threads/${one.id}/merges`, { requestId: randomUUID(), fromId: other.id }).expect(403);
    expect(await messagesOf(house, other.id)).toHaveLength(1);
  });

  it('show their pages of before that there is more: what came with a merge is not closed over, answered over or read unseen', async () => {
    const { id, at } = await opened('Первое, старое');
    const other = threadIn(await begin(house, at, 'Другое', 'Второе, новое'));
    const page = await bob.see(`/support/threads/${other}`);
    const seenMerges = Number(page.querySelector('[data-log]')?.getAttribute('data-merges'));
    const lastSeenMessageId = Number(page.querySelector('[data-last-seen]')?.getAttribute('value'));
    await merge(other, id).expect(303);
    const seen = { requestId: randomUUID(), lastSeenMessageId, seenMerges };
    await bob.post(`/support/threads/${other}/reading`, { upTo: lastSeenMessageId, seenMerges }).expect(303);
    expect(await threadRow(house, other)).toMatchObject({ status: 'open', unreadForStaff: 1, merges: 1 });
    const closing = await bob.post(`/support/threads/${other}/closure`, seen);
    expect(closing.status).toBe(422);
    expect(closing.text).toContain('к обращению присоединили другое');
    await bob.upload(`/support/threads/${other}/messages`, { ...seen, text: 'Ответ' }, []).expect(422);
    await bob.post(`/support/threads/${other}/closure`, { ...seen, seenMerges: 1 }).expect(303);
    expect(await threadRow(house, other)).toMatchObject({ status: 'closed', unreadForStaff: 0 });
    await expectTrueCounters(house);
  });

  it('keep the greater priority, and the rating of either, the receiving one’s first', async () => {
    const { id, at } = await opened('Оценённое');
    const second = threadIn(await begin(house, at, 'Другое', 'Срочное'));
    const third = threadIn(await begin(house, at, 'Другое', 'Ещё одно'));
    const rate = async (thread: number, rating: number) => {
      await bob.see(`/support/threads/${thread}`);
      await close(house, bob, thread);
      await at.post(`/cabinet/support/threads/${thread}/rating`, { rating, word: `На ${rating}` }).expect(303);
    };
    await house.database.db.thread.update({ where: { id: second }, data: { priority: 'high' } });
    await rate(second, 2);
    await merge(id, second).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ priority: 'high', rating: 2, ratingText: 'На 2' });
    await rate(third, 5);
    await merge(id, third).expect(303);
    expect(await threadRow(house, id)).toMatchObject({ priority: 'high', rating: 2, ratingText: 'На 2', merges: 2 });
  });
});
