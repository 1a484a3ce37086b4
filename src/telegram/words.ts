import type { Words } from '../modules/telegram/index.ts';
import { translator } from '../web/i18n.ts';

/** A line of the bot in the person's language. */
export const telegramWords: Words = (line, locale) =>
  'text' in line ? line.text : translator(locale)(line.key, line.params);
