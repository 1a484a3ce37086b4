import { Refusal } from '../../errors.ts';

/** What the house says by itself in a department, in each language; empty: nothing. */
export const houseTexts = ['greetingRu', 'greetingEn', 'awayRu', 'awayEn'] as const;
export type HouseTexts = Record<(typeof houseTexts)[number], string>;

const variable = /\{\{\s*([\w.]+)\s*\}\}/g;

/** The text with what its variables name; `back` is when the department opens again, in words. */
export const saidByHouse = (text: string, { name, back }: { name: string; back: string }): string =>
  text.replace(variable, (_whole, word: string) => (word === 'back' ? back : name));

/** Throws a Refusal for a variable that nobody knows, and for a notice that does not say when we are back. */
export function refuseWrongTexts(texts: HouseTexts): void {
  for (const field of houseTexts) {
    const isAway = field.startsWith('away');
    const used = [...texts[field].matchAll(variable)];
    const unknown = used.find(([, word]) => word !== 'person.name' && !(isAway && word === 'back'));
    if (unknown) throw new Refusal('support:errors.variable', { name: unknown[0] }, field);
    if (isAway && texts[field] !== '' && !used.some(([, word]) => word === 'back'))
      throw new Refusal('support:errors.back', { name: '{{back}}' }, field);
  }
}
