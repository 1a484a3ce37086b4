import type { KeyFault } from '../../lib/keys/index.ts';

/**
 * What became of a row, as one byte in `import_batches`. Written for ever: a code never changes its meaning.
 * From ALREADY_IN and ISSUED_FROM on, the rest of the code is the base's place in the plan's list of bases.
 */
export const HEADER = 0;
export const CREATED = 1;
export const DUPLICATE = 2;
const ALREADY = 3;
const ISSUED = 4;
export const SUPPRESSED = 5;
export const EMPTY = 6;
const NO_VALUE = 7;
export const USED_MARK = 8;
const ALREADY_IN = 64;
const ISSUED_FROM = 128;
const BASES = 64;
/** Not written: what the import did not come to. */
export const UNREAD = 255;

const INVALID: Record<Exclude<KeyFault, 'empty'>, number> = {
  header: 16,
  'not-a-phone': 17,
  'rounded-number': 18,
  'several-phones': 19,
  'not-a-nick': 20,
  'not-an-email': 21,
  'not-a-url': 22,
  'service-link': 23,
  'too-long': 24,
};
const faultOf = new Map(Object.entries(INVALID).map(([fault, code]) => [code, fault as KeyFault]));

/** The sums that must add up to the rows read; `header` and `unread` are not rows read. */
export const GROUPS = [
  'created',
  'duplicateInFile',
  'alreadyInBase',
  'issuedBefore',
  'suppressed',
  'invalid',
  'empty',
] as const;
export type Group = (typeof GROUPS)[number];

export const invalidCode = (fault: KeyFault): number => (fault === 'empty' ? NO_VALUE : INVALID[fault]);

/** The code of a contact that was there before; `base` is the base's place in the plan's list, -1 when it is not in it. */
export function knownCode(held: boolean, base: number): number {
  if (base < 0 || base >= BASES) return held ? ISSUED : ALREADY;
  return (held ? ISSUED_FROM : ALREADY_IN) + base;
}

export function groupOf(code: number): Group | 'header' | 'unread' {
  if (code === UNREAD) return 'unread';
  if (code >= ISSUED_FROM || code === ISSUED || code === USED_MARK) return 'issuedBefore';
  if (code >= ALREADY_IN || code === ALREADY) return 'alreadyInBase';
  if (code >= INVALID.header) return 'invalid';
  if (code === HEADER) return 'header';
  if (code === CREATED) return 'created';
  if (code === DUPLICATE) return 'duplicateInFile';
  return code === SUPPRESSED ? 'suppressed' : 'empty';
}

/** What a code says besides its group: a fault of the value, a mark in the file, the base where the contact is. */
export type Detail =
  | { is: 'fault'; fault: KeyFault }
  | { is: 'mark' }
  | { is: 'noValue' }
  | { is: 'base'; base: number }
  | null;

export function detailOf(code: number): Detail {
  const fault = faultOf.get(code);
  if (fault) return { is: 'fault', fault };
  if (code === USED_MARK) return { is: 'mark' };
  if (code === NO_VALUE) return { is: 'noValue' };
  if (code === UNREAD || code < ALREADY_IN) return null;
  return { is: 'base', base: code >= ISSUED_FROM ? code - ISSUED_FROM : code - ALREADY_IN };
}

/** Rows by group, from rows by code. */
export function sumGroups(codes: Iterable<readonly [number, number]>): Record<Group, number> {
  const sums = Object.fromEntries(GROUPS.map((group) => [group, 0])) as Record<Group, number>;
  for (const [code, rows] of codes) {
    const group = groupOf(code);
    if (group !== 'header' && group !== 'unread') sums[group] += rows;
  }
  return sums;
}
