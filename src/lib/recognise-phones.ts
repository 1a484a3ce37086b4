import { type KeyFound, normaliseKey } from './keys/index.ts';

export type PhoneAt = { at: number; raw: string; found: KeyFound };
type Group = { at: number; end: number; digits: number };

const RUN = /(?:\+\(?|(?<![\p{L}\p{N}_@#/])\(?)\d[\d \t\u00a0\u2000-\u200b\u202f().\-‐-―−]*/gu;
const MOST_GROUPS = 15;

/** Phones in a line of text, however they are spaced; two in a row are told apart by their digits. */
export function findPhones(line: string): PhoneAt[] {
  return [...line.matchAll(RUN)].flatMap((run) => phonesOfRun(run[0], run.index, line));
}

function phonesOfRun(run: string, offset: number, line: string): PhoneAt[] {
  const groups = groupsOf(run);
  const phones: PhoneAt[] = [];
  for (let first = 0; first < groups.length; ) {
    const hit = phoneFrom(run, groups, first);
    const touchesWord = hit && /[a-z_@]/i.test(line[offset + hit.end] ?? '');
    if (hit && !touchesWord)
      phones.push({ at: offset + hit.start, raw: run.slice(hit.start, hit.end).trim(), found: hit.found });
    first = hit ? hit.next : first + 1;
  }
  return phones;
}

function groupsOf(run: string): Group[] {
  return [...run.matchAll(/\d+/g)].map((m) => ({ at: m.index, end: m.index + m[0].length, digits: m[0].length }));
}

// Eleven digits before ten: `8 455 123 45 67 8…` must not lose its last digit to a shorter reading.
function phoneFrom(run: string, groups: Group[], first: number) {
  const start = startOf(run, groups[first]?.at ?? 0);
  const lengths = run[start] === '+' || run[start + 1] === '+' ? [15, 14, 13, 12, 11, 10, 9, 8, 7] : [11, 10];
  for (const length of lengths) {
    const last = lastOf(groups, first, length);
    const end = groups[last]?.end;
    if (end === undefined || !mayBegin(run.slice(start, end), length)) continue;
    const found = normaliseKey(run.slice(start, end), 'phone');
    if (found.ok) return { start, end: floatEnd(run, end), next: last + 1, found };
  }
  return null;
}

// Spares the library a question about every group of a long column of figures.
function mayBegin(text: string, length: number): boolean {
  return /^\(?\+/.test(text) || (length === 11 ? /^\(?[78]/ : /^\(?[34789]/).test(text);
}

function startOf(run: string, at: number): number {
  let start = at;
  while (start > 0 && '+('.includes(run[start - 1] ?? ' ')) start--;
  return start;
}

/** The group that ends a number of exactly `length` digits, or -1. */
function lastOf(groups: Group[], first: number, length: number): number {
  let sum = 0;
  for (let i = first; i < groups.length && i < first + MOST_GROUPS; i++) {
    sum += groups[i]?.digits ?? 0;
    if (sum >= length) return sum === length ? i : -1;
  }
  return -1;
}

function floatEnd(run: string, end: number): number {
  return end + (/^\.0(?!\d)/.exec(run.slice(end, end + 3))?.[0].length ?? 0);
}
