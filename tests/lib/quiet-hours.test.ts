import { expect, test } from 'vitest';
import { clockOf, minuteOf, quietUntil } from '../../src/lib/quiet-hours.ts';

const night = { fromMinute: 22 * 60, untilMinute: 8 * 60, zone: 'Europe/Moscow' };
const noon = { fromMinute: 12 * 60, untilMinute: 13 * 60, zone: 'Europe/Moscow' };
const moscow = (text: string): Date => new Date(`${text}:00+03:00`);

test.each([
  ['in the evening, until the morning after', night, '2026-03-04T23:15', '2026-03-05T08:00'],
  ['after midnight, until this morning', night, '2026-03-05T02:00', '2026-03-05T08:00'],
  ['from the first minute', night, '2026-03-04T22:00', '2026-03-05T08:00'],
  ['no more at the last', night, '2026-03-05T08:00', null],
  ['not by day', night, '2026-03-05T15:00', null],
  ['within one day', noon, '2026-03-05T12:59', '2026-03-05T13:00'],
  ['not around it', noon, '2026-03-05T11:59', null],
])('it is quiet %s', (_when, hours, at, until) => {
  expect(quietUntil(moscow(at), hours)).toEqual(until === null ? null : moscow(until));
});

test('it is quiet by the clocks of the person’s own zone', () => {
  const there = { ...night, zone: 'Asia/Vladivostok' };
  expect(quietUntil(moscow('2026-03-04T16:00'), there)).toEqual(moscow('2026-03-05T01:00'));
  expect(quietUntil(moscow('2026-03-04T16:00'), night)).toBeNull();
});

test('it ends at the written hour of a day on which the clocks change', () => {
  const berlin = { ...night, zone: 'Europe/Berlin' };
  expect(quietUntil(new Date('2026-03-28T22:00:00Z'), berlin)).toEqual(new Date('2026-03-29T06:00:00Z'));
});

test('minutes are written as clocks show them, and read back', () => {
  expect([0, 450, 1439].map(clockOf)).toEqual(['00:00', '07:30', '23:59']);
  expect(['00:00', '07:30', '23:59', '24:00', '7:30', ''].map(minuteOf)).toEqual([0, 450, 1439, null, null, null]);
});
