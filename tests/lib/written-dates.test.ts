import { expect, test } from 'vitest';
import { dayText, stampIn } from '../../src/lib/written-dates.ts';

test('a day in a file is written as Russians write it', () => expect(dayText('2026-03-04')).toBe('04.03.2026'));

test('an instant in a file is written in the zone of the business, to the minute; none is empty', () => {
  const stamp = stampIn('Europe/Moscow');
  expect(stamp(new Date('2026-03-04T21:59:59Z'))).toBe('05.03.2026 00:59');
  expect(stamp(new Date('2026-03-04T22:00:00Z'))).toBe('05.03.2026 01:00');
  expect(stamp(null)).toBe('');
});
