import { describeBrowser } from '../../lib/browsers.ts';
import type { AuditEvent } from './queries.ts';

/** The words of a language, as the doors have them. */
export type Words = { t(key: string, params?: Record<string, unknown>): string; has(key: string): boolean };
export type Detail = { label: string; text: string };
export type ShownEvent = AuditEvent & {
  title: string;
  facts: Detail[];
  kind: 'neutral' | 'success' | 'warning' | 'danger';
  /** `Chrome, Android`; null when nobody knows. */
  browser: string | null;
  subject: { text: string; href: string | null } | null;
};

/** An event in words: what happened, its details one by one, and where its subject is to be seen. */
export function showEvent(event: AuditEvent, words: Words): ShownEvent {
  return {
    ...event,
    title: actionWords(event.action, words),
    facts: Object.entries(event.details)
      .filter(([, value]) => value !== null && value !== undefined && value !== '')
      .sort(([a], [b]) => rankOf(a) - rankOf(b))
      .map(([key, value]) => ({ label: wordFor('details', key, words), text: valueWords(value, words) })),
    kind: kindOf(event.action),
    browser: describeBrowser(event.userAgent),
    subject: subjectOf(event, words),
  };
}

// PostgreSQL keeps the keys of a jsonb in an order of its own.
const rankOf = (key: string): number => ({ before: 0, after: 1, from: 2, to: 3 })[key] ?? 4;

/** The words of an action; its name itself where a room forgot to give it words. */
export const actionWords = (action: string, { t, has }: Words): string =>
  has(`audit:actions.${action}`) ? t(`audit:actions.${action}`) : action;

// A bulk act keeps every id; a person reads the first few, and the database has the rest.
const most = 20;

function valueWords(value: unknown, words: Words): string {
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return '—';
  if (Array.isArray(value)) {
    const shown = value.slice(0, most).map((one) => valueWords(one, words));
    return [...shown, ...(value.length > most ? [`… (${value.length})`] : [])].join(', ');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, inner]) => `${wordFor('details', key, words)}: ${valueWords(inner, words)}`)
      .join('; ');
  }
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return text.split('-').reverse().join('.');
  return wordFor('values', text, words);
}

function wordFor(list: 'details' | 'values', key: string, { t, has }: Words): string {
  const path = `audit:${list}.${key}`;
  return /^[\w-]+$/.test(key) && has(path) ? t(path) : key;
}

const alarming = /^(session\.refused|tries\.throttled|access\.refused|password\.refused)$|\.banned$/;
const happy = /\.(approved|restored|opened|email_confirmed)$/;

function kindOf(action: string): ShownEvent['kind'] {
  if (alarming.test(action)) return 'danger';
  return happy.test(action) ? 'success' : 'neutral';
}

const pages: Record<string, (id: number) => string> = {
  user: (id) => `/admin/users/${id}`,
  lead: (id) => `/admin/leads/${id}`,
  import: (id) => `/admin/imports/${id}`,
  thread: (id) => `/support/threads/${id}`,
  department: (id) => `/admin/departments/${id}`,
};

function subjectOf({ subjectType, subjectId }: AuditEvent, words: Words): ShownEvent['subject'] {
  if (!subjectType || subjectId === null) return null;
  const text = `${wordFor('details', subjectType, words)} #${subjectId}`;
  return { text, href: pages[subjectType]?.(subjectId) ?? null };
}
