import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  addDays,
  type BusinessDay,
  businessDayBounds,
  businessDayOf,
  businessDaysBounds,
  DEFAULT_CLOCK,
  parseBusinessDay,
  periodOf,
  renewsAt,
  weekOf,
} from '../../src/lib/business-day.ts';

const day = (text: string): BusinessDay => {
  const parsed = parseBusinessDay(text);
  if (!parsed) throw new Error(`${text} is no day`);
  return parsed;
};

describe('a business day in Moscow ends at 20:00', () => {
  test.each([
    ['what is done at 19:59:59 counts for today', '2026-03-10T19:59:59.999+03:00', '2026-03-10'],
    ['what is done at 20:00:00 counts for tomorrow', '2026-03-10T20:00:00+03:00', '2026-03-11'],
    ['what is done at 20:05 counts for tomorrow', '2026-03-10T20:05:00+03:00', '2026-03-11'],
    [
      'what is done after midnight counts for the day that began the evening before',
      '2026-03-11T00:30:00+03:00',
      '2026-03-11',
    ],
    ['the last evening of a year counts for the next', '2025-12-31T20:00:00+03:00', '2026-01-01'],
    ['the zone is the clock’s, not the writer’s', '2026-03-10T17:30:00Z', '2026-03-11'],
  ])('%s', (_, instant, expected) => expect(businessDayOf(new Date(instant), DEFAULT_CLOCK)).toBe(expected));

  it('is bounded by two evenings, the second one outside', () => {
    expect(businessDayBounds(day('2026-03-10'), DEFAULT_CLOCK)).toEqual({
      from: new Date('2026-03-09T20:00:00+03:00'),
      until: new Date('2026-03-10T20:00:00+03:00'),
    });
  });

  it('joins with its neighbours into a range', () => {
    expect(businessDaysBounds(day('2026-03-09'), day('2026-03-10'), DEFAULT_CLOCK)).toEqual({
      from: new Date('2026-03-08T20:00:00+03:00'),
      until: new Date('2026-03-10T20:00:00+03:00'),
    });
  });
});

describe('where clocks change', () => {
  const hours = (zone: string, endsAt: string, text: string) => {
    const { from, until } = businessDayBounds(day(text), { zone, endsAt });
    return (until.getTime() - from.getTime()) / 3_600_000;
  };
  test.each([
    ['Berlin’s spring day has 23 hours', 'Europe/Berlin', '20:00', '2026-03-29', 23],
    ['Berlin’s autumn day has 25 hours', 'Europe/Berlin', '20:00', '2026-10-25', 25],
    ['an end in the skipped hour comes at the jump', 'Europe/Berlin', '02:30', '2026-03-29', 23.5],
    ['an end in the repeated hour comes the first time', 'Europe/Berlin', '02:30', '2026-10-25', 24],
    ['Lord Howe moves by half an hour', 'Australia/Lord_Howe', '20:00', '2026-04-05', 24.5],
    ['Samoa had no 30 December 2011', 'Pacific/Apia', '00:00', '2011-12-30', 0],
  ])('%s', (_, zone, endsAt, text, expected) => expect(hours(zone, endsAt, text)).toBe(expected));

  it('the second 02:15 of Berlin’s autumn night stays in the day that began at the first 02:30', () => {
    const clock = { zone: 'Europe/Berlin', endsAt: '02:30' };
    expect(businessDayOf(new Date('2026-10-25T00:15:00Z'), clock)).toBe('2026-10-25');
    expect(businessDayOf(new Date('2026-10-25T00:30:00Z'), clock)).toBe('2026-10-26');
    expect(businessDayOf(new Date('2026-10-25T01:15:00Z'), clock)).toBe('2026-10-26');
  });
});

describe('an end at midnight makes it the calendar’s day', () => {
  test.each(['00:00', '24:00'])('%s', (endsAt) => {
    const clock = { zone: 'Europe/Moscow', endsAt };
    expect(businessDayOf(new Date('2026-03-10T23:59:59+03:00'), clock)).toBe('2026-03-10');
    expect(businessDayOf(new Date('2026-03-11T00:00:00+03:00'), clock)).toBe('2026-03-11');
  });
});

describe('periods', () => {
  it('a week is Monday to Sunday', () => {
    for (const text of ['2026-03-09', '2026-03-12', '2026-03-15'])
      expect(weekOf(day(text))).toEqual({ from: '2026-03-09', to: '2026-03-15' });
  });

  it('a limit counts over the day, the week or for life', () => {
    expect(periodOf('day', day('2026-03-10'))).toEqual({ from: '2026-03-10', to: '2026-03-10' });
    expect(periodOf('week', day('2026-03-10'))).toEqual({ from: '2026-03-09', to: '2026-03-15' });
    expect(periodOf('lifetime', day('2026-03-10'))).toEqual({ from: null, to: null });
  });

  it('a daily limit renews at 20:00, a weekly one on Sunday at 20:00, one for life never', () => {
    const instant = new Date('2026-03-10T12:00:00+03:00');
    expect(renewsAt('day', instant, DEFAULT_CLOCK)).toEqual(new Date('2026-03-10T20:00:00+03:00'));
    expect(renewsAt('week', instant, DEFAULT_CLOCK)).toEqual(new Date('2026-03-15T20:00:00+03:00'));
    expect(renewsAt('lifetime', instant, DEFAULT_CLOCK)).toBeNull();
  });

  it('days are added across months and leap years', () => {
    expect(addDays(day('2028-02-28'), 1)).toBe('2028-02-29');
    expect(addDays(day('2026-01-01'), -1)).toBe('2025-12-31');
  });
});

describe('reading', () => {
  it('takes a day that exists and nothing else', () => {
    expect(parseBusinessDay('2028-02-29')).toBe('2028-02-29');
    for (const text of ['2026-02-29', '2026-13-01', '2026-3-1', 'today', '', '2026-03-10T00:00'])
      expect(parseBusinessDay(text)).toBeNull();
  });

  it('refuses a clock or an instant that makes no sense', () => {
    expect(() => businessDayOf(new Date(Number.NaN), DEFAULT_CLOCK)).toThrow(RangeError);
    for (const endsAt of ['25:00', '24:30', '20', '8:00'])
      expect(() => businessDayOf(new Date(0), { zone: 'Europe/Moscow', endsAt })).toThrow(RangeError);
    expect(() => businessDayOf(new Date(0), { zone: 'Mars/Olympus', endsAt: '20:00' })).toThrow(RangeError);
  });
});

const clock = fc.record({
  zone: fc.constantFrom(
    'Europe/Moscow',
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
    'America/Sao_Paulo',
    'America/Havana',
    'America/St_Johns',
    'Pacific/Apia',
    'UTC',
  ),
  endsAt: fc.constantFrom('20:00', '00:00', '24:00', '02:30', '02:00', '03:00', '23:59', '00:01', '01:00', '12:00'),
});
const instant = fc.date({ min: new Date('1975-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });

describe('for any instant and clock', () => {
  it('the bounds of a day hold exactly the instants that count for it', () => {
    fc.assert(
      fc.property(instant, clock, (at, c) => {
        const mine = businessDayOf(at, c);
        const { from, until } = businessDayBounds(mine, c);
        expect(from.getTime()).toBeLessThanOrEqual(at.getTime());
        expect(at.getTime()).toBeLessThan(until.getTime());
        expect(businessDayOf(from, c)).toBe(mine);
        expect(businessDayOf(new Date(until.getTime() - 1), c)).toBe(mine);
        expect(businessDayOf(until, c) > mine).toBe(true);
        expect(businessDayOf(new Date(from.getTime() - 1), c) < mine).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it('days follow each other without a gap, and never run back', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 200_000_000 }), clock, (at, later, c) => {
        const mine = businessDayOf(at, c);
        expect(businessDayBounds(mine, c).until).toEqual(businessDayBounds(addDays(mine, 1), c).from);
        expect(businessDayOf(new Date(at.getTime() + later), c) >= mine).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
