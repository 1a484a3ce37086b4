import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Calendar, isOpenAt, opensAfter, after as runsOut, secondsBetween } from '../../src/lib/business-hours.ts';

const office = { from: '09:00', to: '18:00' };
const week = (...days: number[]) =>
  Array.from({ length: 7 }, (_, day) => (days.includes(day + 1) ? { ...office } : null));
const moscow: Calendar = { zone: 'Europe/Moscow', hours: week(1, 2, 3, 4, 5), holidays: ['2026-11-04'] };
const at = (text: string): Date => new Date(`${text}+03:00`);

describe('working time', () => {
  // 2 November 2026 is a Monday, and Wednesday is a holiday.
  test.each([
    ['within a day', '2026-11-02T10:00', '2026-11-02T10:30', 30],
    ['from before the hours', '2026-11-02T06:00', '2026-11-02T10:00', 60],
    ['over a night', '2026-11-02T17:00', '2026-11-03T10:00', 120],
    ['over a holiday', '2026-11-03T17:30', '2026-11-05T09:30', 60],
    ['over a weekend', '2026-11-06T17:59', '2026-11-09T09:01', 2],
    ['outside the hours: none', '2026-11-06T19:00', '2026-11-09T08:59', 0],
    ['to an earlier day: none', '2026-11-03T10:00', '2026-11-02T10:00', 0],
    ['to an earlier minute: none', '2026-11-03T10:00', '2026-11-03T09:50', 0],
  ])('is counted %s', (_what, from, to, minutes) => {
    expect(secondsBetween(moscow, at(from), at(to))).toBe(minutes * 60);
  });

  test.each([
    ['within a day', '2026-11-02T10:00', 30, '2026-11-02T10:30'],
    ['to the last minute of a day, not to the next morning', '2026-11-02T17:00', 60, '2026-11-02T18:00'],
    ['into the next working day', '2026-11-03T17:30', 60, '2026-11-05T09:30'],
    ['from a night', '2026-11-07T03:00', 15, '2026-11-09T09:15'],
  ])('runs out %s', (_what, from, minutes, until) => {
    expect(runsOut(moscow, at(from), minutes * 60)).toEqual(at(until));
  });

  it('is shorter or longer where clocks change during the hours', () => {
    const night = { zone: 'Europe/Berlin', hours: Array(7).fill({ from: '01:00', to: '05:00' }), holidays: [] };
    const hours = (day: string) =>
      secondsBetween(night, new Date(`${day}T00:00:00+01:00`), new Date(`${day}T12:00:00+01:00`)) / 3600;
    expect([hours('2026-03-28'), hours('2026-03-29'), hours('2026-10-25')]).toEqual([4, 3, 5]);
  });

  it('never comes where there are no hours, or only holidays for longer than anybody plans', () => {
    const never: Calendar = { zone: 'Europe/Moscow', hours: week(), holidays: [] };
    expect(secondsBetween(never, at('2026-11-02T00:00'), at('2027-11-02T00:00'))).toBe(0);
    expect([runsOut(never, at('2026-11-02T00:00'), 1), opensAfter(never, at('2026-11-02T00:00'))]).toEqual([
      null,
      null,
    ]);
    expect(isOpenAt(never, at('2026-11-02T12:00'))).toBe(false);
    const seldom = { ...moscow, hours: week(1).map((day) => day && { from: '09:00', to: '09:01' }) };
    expect(runsOut(seldom, at('2026-11-02T00:00'), 1000 * 60)).toBeNull();
  });

  it('says when work begins again', () => {
    expect(opensAfter(moscow, at('2026-11-03T18:00'))).toEqual(at('2026-11-05T09:00'));
    expect([isOpenAt(moscow, at('2026-11-03T18:00')), isOpenAt(moscow, at('2026-11-05T09:00'))]).toEqual([false, true]);
  });
});

/**
 * The slow model: it walks minute by minute and knows only what a wall clock shows. The clock's reading is the latest that it has
 * shown so far, since a department that has closed does not open again because the clock was put back.
 */
function minutesOpen({ zone, hours, holidays }: Calendar, from: Date, to: Date): boolean[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const open: boolean[] = [];
  let latest = '';
  for (let moment = from.getTime() - 3 * 3_600_000; moment < to.getTime(); moment += 60_000) {
    const shown = format.format(moment);
    if (shown > latest) latest = shown;
    const [day = '', time = ''] = latest.split(' ');
    const today = hours[(new Date(`${day}T00:00Z`).getUTCDay() + 6) % 7];
    const isOpen = Boolean(today) && !holidays.includes(day) && time >= (today?.from ?? '') && time < (today?.to ?? '');
    if (moment >= from.getTime()) open.push(isOpen);
  }
  return open;
}

test('a day that the clocks jump over ends nothing: the next one is counted', () => {
  const hours = [{ from: '00:00', to: '00:01' }, null, null, null, null, null, { from: '00:00', to: '00:01' }];
  const night = { zone: 'Asia/Beirut', hours, holidays: [] };
  // On Sunday the 29th the clocks of Beirut go from 23:59 to 01:00.
  const [saturday, tuesday] = [new Date('2026-03-28T21:59:00Z'), new Date('2026-03-30T22:00:00Z')];
  expect(secondsBetween(night, saturday, tuesday)).toBe(60);
  expect(opensAfter(night, saturday)).toEqual(new Date('2026-03-29T21:00:00Z'));
});

describe('beside a minute-by-minute model', () => {
  const clock = (minute: number): string =>
    [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  const day = fc
    .tuple(fc.integer({ min: 0, max: 1438 }), fc.integer({ min: 1, max: 1440 }))
    .filter(([from, to]) => from < to)
    .map(([from, to]) => ({ from: clock(from), to: clock(to) }));
  // Clocks change at midnight in Havana and Beirut, by half an hour on Lord Howe, never in Moscow and Kathmandu.
  const zones = [
    'Europe/Moscow',
    'Europe/Berlin',
    'America/Havana',
    'Asia/Beirut',
    'Australia/Lord_Howe',
    'Asia/Kathmandu',
  ];
  // Around the days on which they do.
  const changes = [
    '2026-03-08',
    '2026-03-28',
    '2026-03-29',
    '2026-04-04',
    '2026-10-03',
    '2026-10-25',
    '2026-11-01',
    '2026-12-31',
  ];
  const moment = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -2 * 1440, max: 2 * 1440 }))
    .map(([near, minutes]) => new Date(Date.parse(`${near}T00:00Z`) + minutes * 60_000));
  const calendar = fc.record({
    zone: fc.constantFrom(...zones),
    hours: fc.array(fc.option(day), { minLength: 7, maxLength: 7 }),
    holidays: fc.subarray(changes),
  });
  const span = fc.integer({ min: 0, max: 3 * 1440 });

  it('counts the same, and is open at the same minutes', () => {
    fc.assert(
      fc.property(calendar, moment, span, (hours, from, minutes) => {
        const to = new Date(from.getTime() + minutes * 60_000);
        const open = minutesOpen(hours, from, to);
        expect(secondsBetween(hours, from, to)).toBe(open.filter(Boolean).length * 60);
        for (let i = 0; i < open.length; i += 17)
          expect(isOpenAt(hours, new Date(from.getTime() + i * 60_000))).toBe(open[i]);
        const first = open.indexOf(true);
        if (first > 0) expect(opensAfter(hours, from)).toEqual(new Date(from.getTime() + first * 60_000));
      }),
      { numRuns: 150 },
    );
  });

  it('round the clock is all of the time, whatever the clocks do', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), moment, span, (zone, from, minutes) => {
        const always = { zone, hours: Array(7).fill({ from: '00:00', to: '24:00' }), holidays: [] };
        const to = new Date(from.getTime() + minutes * 60_000);
        expect(secondsBetween(always, from, to)).toBe(minutes * 60);
        expect(runsOut(always, from, minutes * 60)).toEqual(to);
      }),
    );
  });

  it('after so many seconds exactly so many have passed, and the last of them was worked', () => {
    fc.assert(
      fc.property(calendar, moment, fc.integer({ min: 1, max: 400_000 }), (hours, from, seconds) => {
        const until = runsOut(hours, from, seconds);
        if (!until) {
          const tenYears = new Date(from.getTime() + 3650 * 86_400_000);
          expect(secondsBetween(hours, from, tenYears)).toBeLessThan(seconds);
          return;
        }
        expect(secondsBetween(hours, from, until)).toBe(seconds);
        expect(isOpenAt(hours, new Date(until.getTime() - 1))).toBe(true);
      }),
    );
  });

  it('the parts of a stretch make the whole', () => {
    fc.assert(
      fc.property(calendar, moment, span, span, (hours, from, first, second) => {
        const middle = new Date(from.getTime() + first * 60_000);
        const end = new Date(middle.getTime() + second * 60_000);
        expect(secondsBetween(hours, from, middle) + secondsBetween(hours, middle, end)).toBe(
          secondsBetween(hours, from, end),
        );
      }),
    );
  });
});
