/** `2026-03-04` as `04.03.2026`. */
export const dayText = (day: string): string => day.split('-').reverse().join('.');

/** Makes the writer of instants as `04.03.2026 12:30` in a zone: the same in every file, whatever the language. */
export function stampIn(zone: string): (instant: Date | null) => string {
  const format = new Intl.DateTimeFormat('ru-RU', {
    timeZone: zone,
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
  // Rows of one upload or issuance share their minute: a million of them are formatted a few thousand times.
  let minute = Number.NaN;
  let text = '';
  return (instant) => {
    if (!instant) return '';
    const at = Math.floor(instant.getTime() / 60_000);
    if (at !== minute) text = format.format(instant).replace(',', '');
    minute = at;
    return text;
  };
}
