import { plainText, settle } from './clean.ts';
import { fault, found, type KeyVerdict } from './types.ts';

/** Any other contact, compared without case, Unicode form and extra spaces: `text:…`. */
export function normaliseText(text: string): KeyVerdict {
  const value = settle(text, (s) => plainText(s.toLowerCase().replaceAll('ς', 'σ')));
  return value ? found('text', value, text) : fault('empty');
}
