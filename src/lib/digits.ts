/** A piece of a number as people write it, `000-12-34`, as digits; one that begins with 8 may be one of +7. Empty: it is none. */
export function digitsOf(text: string, least: number): string[] {
  const digits = text.replace(/\D/g, '');
  if (digits.length < least || !/^[\d\s()+.\-\u2010-\u2015\u00a0]+$/.test(text)) return [];
  return digits.startsWith('8') ? [digits, `7${digits.slice(1)}`] : [digits];
}
