/**
 * Intl's formatters of a language and options. To make one takes as long as to use it some hundred times, and a page of fifty rows
 * needs hundreds of dates and numbers: each is made once. Options come from our own code, so there are few.
 */
export const numberFormat = made<Intl.NumberFormatOptions, Intl.NumberFormat>(
  (language, options) => new Intl.NumberFormat(language, options),
);
export const dateTimeFormat = made<Intl.DateTimeFormatOptions, Intl.DateTimeFormat>(
  (language, options) => new Intl.DateTimeFormat(language, options),
);
/** A moment in words. The moments of a list come again with every visit, so some thousands are kept. */
export function dateText(language: string, options: Intl.DateTimeFormatOptions, date: Date): string {
  const format = dateTimeFormat(language, options);
  const said = texts.get(format) ?? new Map<number, string>();
  texts.set(format, said);
  const moment = date.getTime();
  const text = said.get(moment) ?? format.format(date);
  if (said.size >= MOST_SAID) said.clear();
  said.set(moment, text);
  return text;
}

const MOST_SAID = 4_000;
const texts = new WeakMap<Intl.DateTimeFormat, Map<number, string>>();

export const relativeTimeFormat = made<Intl.RelativeTimeFormatOptions, Intl.RelativeTimeFormat>(
  (language, options) => new Intl.RelativeTimeFormat(language, options),
);

function made<Options extends object, Format>(make: (language: string, options: Options) => Format) {
  const kept = new Map<string, Format>();
  // Frozen options are the same each time they come, and need not be spelt out.
  const byOptions = new WeakMap<Options, Map<string, Format>>();
  return (language: string, options: Options): Format => {
    const known = byOptions.get(options)?.get(language);
    if (known) return known;
    const key = language + JSON.stringify(options);
    const format = kept.get(key) ?? make(language, options);
    kept.set(key, format);
    if (Object.isFrozen(options)) byOptions.set(options, (byOptions.get(options) ?? new Map()).set(language, format));
    return format;
  };
}
