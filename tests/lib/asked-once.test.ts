import { expect, test } from 'vitest';
import { askedOnce } from '../../src/lib/asked-once.ts';

test('all who ask in one moment share an answer that is not older than their asking; who asks later gets a new one', async () => {
  let state = 0;
  const asked: number[] = [];
  const ask = askedOnce(async (door: { name: string }) => {
    asked.push(state);
    return `${door.name} ${state}`;
  });
  const [one, other] = [{ name: 'one' }, { name: 'other' }];
  const early = ask(one);
  state = 1;
  const late = ask(one);
  expect(await Promise.all([early, late, ask(other)])).toEqual(['one 1', 'one 1', 'other 1']);
  expect(asked).toEqual([1, 1]);
  state = 2;
  expect(await ask(one)).toBe('one 2');
});

test('a failure is everybody’s who asked, and not of those who ask next', async () => {
  let fails = true;
  const ask = askedOnce(async (_door: object) => {
    if (fails) throw new Error('away');
    return 'here';
  });
  const door = {};
  await Promise.all([1, 2].map(() => expect(ask(door)).rejects.toThrow('away')));
  fails = false;
  expect(await ask(door)).toBe('here');
});
