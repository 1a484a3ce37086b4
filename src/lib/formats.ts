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
export const relativeTimeFormat = made<Intl.RelativeTimeFormatOptions, Intl.RelativeTimeFormat>(
  (language, options) => new Intl.RelativeTimeFormat(language, options),
);

function made<Options, Format>(make: (language: string, options: Options) => Format) {
  const kept = new Map<string, Format>();
  return (language: string, options: Options): Format => {
    const key = language + JSON.stringify(options);
    const format = kept.get(key) ?? make(language, options);
    kept.set(key, format);
    return format;
  };
}
