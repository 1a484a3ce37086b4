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
});
