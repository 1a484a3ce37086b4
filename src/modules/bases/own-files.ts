import type { Ctx } from '../../ctx.ts';
import { dayText, stampIn } from '../../lib/written-dates.ts';
import { allOwn, type OwnContact, type OwnFilter } from './own-contacts.ts';
import { shownValue } from './present.ts';

export type Words = { value: string; base: string; date: string; outcome: string; note: string };

/** The agent's contacts as text, one a line, under a line for each business day: `=== dd.mm.yyyy ===`. */
export async function* ownText(ctx: Ctx, filter: OwnFilter): AsyncGenerator<string> {
  let day = '';
  for await (const batch of allOwn(ctx, filter)) {
    let text = '';
    for (const contact of batch) {
      if (contact.day !== day) text += `${day ? '\r\n' : ''}=== ${dayText(contact.day)} ===\r\n`;
      day = contact.day;
      text += `${shownValue(contact)}\r\n`;
    }
    yield text;
  }
}

/** The agent's contacts as a table, the other columns of their upload included. `outcomeText` says an outcome in words. */
export function ownSheet(
  ctx: Ctx,
  filter: OwnFilter,
  { words, headers, outcomeText }: { words: Words; headers: string[]; outcomeText: (outcome: string) => string },
) {
  const stamp = stampIn(ctx.clock.zone);
  const rowOf = (contact: OwnContact): string[] => [
    shownValue(contact),
    contact.base,
    stamp(contact.issuedAt),
    contact.outcome ? outcomeText(contact.outcome) : '',
    contact.note ?? '',
    ...extraCells(contact.extra, headers),
  ];
  async function* rows(): AsyncGenerator<string[][]> {
    for await (const batch of allOwn(ctx, filter)) yield batch.map(rowOf);
  }
  const { value, base, date, outcome, note } = words;
  const columns = [
    { header: value, width: 28 },
    { header: base, width: 18 },
    { header: date, width: 18 },
    { header: outcome, width: 16 },
    { header: note, width: 30 },
    ...headers.map((header) => ({ header, width: 20 })),
  ];
  return { name: value, columns, rows: rows() };
}

/** What a contact has under each of these headers, in their order. */
function extraCells(extra: [string, string][] | null, headers: string[]): string[] {
  const byHeader = new Map(extra ?? []);
  return headers.map((header) => String(byHeader.get(header) ?? ''));
}
