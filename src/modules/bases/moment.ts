import type { SqlCtx } from '../../ctx.ts';
import { dateTimeFormat } from '../../lib/formats.ts';

/** A moment in words for a sentence that a verb says: `22.11, 20:00`, in the business's zone. */
export const momentText = ({ locale, clock }: Pick<SqlCtx, 'locale' | 'clock'>, moment: Date): string =>
  dateTimeFormat(locale === 'ru' ? 'ru-RU' : 'en-GB', {
    timeZone: clock.zone,
    day: '2-digit',
    month: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).format(moment);
