import { TextDecoder } from 'node:util';

const LETTERS_1251 = new Map(
  [...new TextDecoder('windows-1251').decode(Uint8Array.from({ length: 256 }, (_, code) => code))].map(
    (letter, code) => [letter, code] as const,
  ),
);

/** Letters that the encoding lacks go through `missing`. */
export function cyrillic1251(text: string, missing: (letter: string) => string = () => '?'): Buffer {
  const known = Array.from(text, (letter) => (LETTERS_1251.has(letter) ? letter : missing(letter))).join('');
  return Buffer.from(Array.from(known, (letter) => LETTERS_1251.get(letter) ?? 63));
}

export function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}
