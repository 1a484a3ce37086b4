import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUser } from '../factories/users.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import type { Visitor } from '../support/visitor.ts';
import { close, threadRow } from './desk.ts';
import { json, reply, threadIdOf, write } from './talk.ts';

let house: TestHouse;
let bob: Visitor;

beforeAll(async () => {
  house = await openTestHouse();
  bob = await house.as(await createUser(house, { name: 'Bob', role: 'support' }));
});
afterAll(() => house.close());

async function asked(text: string) {
  const person = await createUser(house);
  const at = await house.as(person);
  await write(at, text).expect(303);
  return { at, person, id: await threadIdOf(house, person) };
}

const cardsIn = async (path: string): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    (await bob.see(path))
      .querySelectorAll('[data-column]')
      .map((column) => [
        column.getAttribute('data-column'),
        column.querySelectorAll('[data-card]').map((card) => card.getAttribute('data-card')),
      ]),
  );
const move = (id: number, to: string, seenStatus: string, requestId: string = randomUUID()) =>
  bob.post(`/support/threads/${id}/status`, { requestId, to, seenStatus, back: '/support/board' });

describe('the board', () => {
  it('shows the inbox in columns by status, narrowed by the same filters, page by page', async () => {
    const [waits, answered, closed] = [await asked('Жду'), await asked('Отвечен'), await asked('Закрыт')];
    for (const { id } of [answered, closed]) await reply(house, bob, id, 'Ответ');
    await close(house, bob, closed.id);
    expect(await cardsIn('/support/board')).toEqual({
      open: [String(waits.id)],
      waiting: [String(answered.id)],
      closed: [String(closed.id)],
    });
    expect(await cardsIn(`/support/board?q=${waits.person.name}`)).toEqual({
      open: [String(waits.id)],
      waiting: [],
      closed: [],
    });
    expect(await cardsIn('/support/board?view=unassigned')).toMatchObject({ open: [String(waits.id)], waiting: [] });
    const list = await bob.see('/support?view=mine&status=open');
    const across = list.querySelector('.view-switch [href]')?.getAttribute('href');
    expect(across).toBe('/support/board?view=mine');
    expect((await bob.see(String(across))).querySelector('.view-switch [href]')?.getAttribute('href')).toBe(
      '/support?view=mine',
    );
    const many = await Promise.all(Array.from({ length: 22 }, (_, i) => asked(`Очередь ${i}`)));
    const first = await bob.see('/support/board');
    expect(first.querySelector('#column-open .board-count')?.innerText).toBe('23');
    const more = first.querySelector('[data-column=open] [href*=after_open]')?.getAttribute('href');
    const [one, two] = [await cardsIn('/support/board'), await cardsIn(String(more))];
    expect([...(one.open ?? []), ...(two.open ?? [])].map(Number).sort()).toEqual(
      [waits, ...many].map(({ id }) => id).sort(),
    );
    expect(two.waiting).toEqual(one.waiting);
  });

  it('moves a card by a button: once, not over unread words, and not from where it stands no more', async () => {
    const { id, at } = await asked('Позвоните мне');
    const unread = await move(id, 'closed', 'open');
    expect(unread.status).toBe(422);
    expect(unread.text).toContain('есть непрочитанное');
    const offered = async () =>
      (await bob.see(`/support/board?q=№${id}`)).querySelectorAll('[data-move] button').map((one) => one.attributes);
    const refused = { disabled: '', title: expect.stringContaining('есть непрочитанное') };
    expect(await offered()).toEqual([expect.objectContaining(refused), expect.objectContaining(refused)]);
    await bob.see(`/support/threads/${id}`);
    for (const button of await offered()) expect(button).not.toHaveProperty('disabled');
    const requestId = randomUUID();
    await Promise.all([1, 2, 3].map(() => move(id, 'waiting', 'open', requestId)));
    expect(await threadRow(house, id)).toMatchObject({ status: 'waiting', waitingSince: null, kinds: ['waits'] });
    expect((await move(id, 'closed', 'open').set(json)).body.error).toContain('теперь мы ждём человека');
    await move(id, 'closed', 'waiting').set(json).expect(204);
    expect(await threadRow(house, id)).toMatchObject({ status: 'closed', closedAt: expect.any(Date) });
    await move(id, 'open', 'closed').expect(303);
    expect(await threadRow(house, id)).toMatchObject({ status: 'open', kinds: ['waits', 'closed', 'reopened'] });
    await at.post(`/support/threads/${id}/status`, { requestId, to: 'closed', seenStatus: 'open' }).expect(403);
    expect(await house.database.db.auditEvent.count({ where: { subjectId: id, action: 'thread.waits' } })).toBe(1);
  });
});
