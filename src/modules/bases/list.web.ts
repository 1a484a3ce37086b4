import { dayText } from '../../lib/written-dates.ts';
import type { Translate } from '../../web/i18n.ts';
import { type Cursor, decodeCursor } from '../../web/paginate.ts';
import { outcomes } from './contact-filter.ts';
import type { At } from './keyset.ts';
import type { DayCount } from './queries.ts';

/** Where the query of a keyset page begins, from the address. */
export function atOf(cursor: Cursor, length: number): At {
  const backward = cursor.before !== undefined;
  return { values: decodeCursor(backward ? cursor.before : cursor.after, length), backward };
}

export const baseOptions = (bases: readonly { id: number; name: string }[]) =>
  bases.map(({ id, name }) => ({ value: id, text: name }));

export const outcomeOptions = (t: Translate) =>
  ['none', ...outcomes].map((outcome) => ({ value: outcome, text: t(`bases:outcome.${outcome}`) }));

/** Days as a chart takes them. */
export const dayBars = (days: DayCount[]) => ({
  labels: days.map(({ day }) => dayText(day).slice(0, 5)),
  values: days.map(({ count }) => count),
});
