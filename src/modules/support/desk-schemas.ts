import { z } from 'zod';
import { parseBusinessDay } from '../../lib/business-day.ts';
import { Checkbox, Id, listOf } from '../../lib/fields.ts';
import { isZone } from '../../lib/zoned-time.ts';
import { textUpTo } from './schemas.ts';

const target = z
  .union([z.literal('').transform(() => null), z.coerce.number().int().min(1).max(100_000)])
  .default(null);
const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);
const optional = z.union([z.literal(''), time]).default('');
// A day's end at midnight is 00:00 in a field for times, and 24:00 where it is kept: no hours go past it.
const ending = z.preprocess((text) => (text === '00:00' ? '24:00' : text), z.union([optional, z.literal('24:00')]));
const days = [1, 2, 3, 4, 5, 6, 7] as const;

const words = textUpTo(1000);
const houseWords = { greetingRu: words, greetingEn: words, awayRu: words, awayEn: words };

/** `from1` and `to1` are Monday's; both or neither, and the later the later. */
const hours = Object.fromEntries(
  days.flatMap((day) => [
    [`from${day}`, optional],
    [`to${day}`, ending],
  ]),
) as Record<`${'from' | 'to'}${(typeof days)[number]}`, typeof optional>;

const holidays = z
  .string()
  .max(5000)
  .default('')
  .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
  .refine((all) => all.length <= 366 && all.every((day) => parseBusinessDay(dayOf(day))), 'support:errors.holidays')
  .transform((all) => [...new Set(all.map(dayOf))].sort());

// As people write it, and as the field shows it.
const dayOf = (text: string): string => text.replace(/^(\d\d)\.(\d\d)\.(\d{4})$/, '$3-$2-$1');

export const DepartmentForm = z
  .object({
    name: z.string().trim().min(1).max(80),
    description: z.string().trim().max(500).default(''),
    zone: z.string().trim().max(60).refine(isZone, 'support:errors.zone'),
    holidays,
    headId: z.union([Id, z.literal('').transform(() => null)]).default(null),
    active: Checkbox,
    autoAssign: Checkbox,
    firstAnswerMinutes: target,
    resolutionMinutes: target,
    ...houseWords,
    operators: listOf(Id),
    ...hours,
  })
  .superRefine((form, check) => {
    for (const day of days) {
      const [from, to] = [form[`from${day}`], form[`to${day}`]];
      if ((from === '') !== (to === '') || (from !== '' && from >= to))
        check.addIssue({ code: 'custom', path: [`from${day}`], message: 'support:errors.hours' });
    }
  })
  .transform(({ name, description, zone, holidays: off, headId, active, autoAssign, operators, ...form }) => ({
    ...{ name, description, zone, headId, active, autoAssign },
    ...{ firstAnswerMinutes: form.firstAnswerMinutes, resolutionMinutes: form.resolutionMinutes },
    ...{ greetingRu: form.greetingRu, greetingEn: form.greetingEn, awayRu: form.awayRu, awayEn: form.awayEn },
    holidays: off,
    operatorIds: operators,
    hours: days.map((day) => (form[`from${day}`] ? { from: form[`from${day}`], to: form[`to${day}`] } : null)),
  }));

export const PurposeForm = z.object({
  titleRu: z.string().trim().min(1).max(80),
  titleEn: z.string().trim().min(1).max(80),
  departmentId: Id,
  position: z.coerce.number().int().min(0).max(1000).default(0),
  active: Checkbox,
});

export const OperatorForm = z.object({ capacity: z.coerce.number().int().min(1).max(200), acceptsNew: Checkbox });
