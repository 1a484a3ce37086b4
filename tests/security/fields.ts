import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const views = path.resolve(import.meta.dirname, '../../views');

/** Every field name that a template of ours mentions: what an attacker would read off the pages. */
export const fieldNames: string[] = [
  ...new Set(
    readdirSync(views, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.njk'))
      .flatMap((file) => [
        ...readFileSync(path.join(views, file), 'utf8').matchAll(/\bname(?:=|:\s*)["']([a-z]\w*)["']/gi),
      ])
      .flatMap(([, name]) => name ?? []),
  ),
  ...['filter', 'back', 'base0', 'column0', 'first0', 'marks0', 'position', 'after', 'before', 'sort', 'only'],
];

const sensible: Record<string, string> = {
  ...Object.fromEntries(
    ['wanted', 'amount', 'baseTypeId', 'baseType', 'base', 'ids', 'type', 'limit'].map((n) => [n, '1']),
  ),
  ...Object.fromEntries(
    ['position', 'lowWaterPercent', 'base0', 'first0', 'leadTypeId', 'typeId'].map((n) => [n, '1']),
  ),
  column0: '0',
  period: 'day',
  kind: 'telegram',
  lasts: 'week',
  role: 'user',
  to: 'approved',
  all: '1',
  locale: 'ru',
  theme: 'dark',
  sort: 'new',
};

/** A form that mostly passes, with `poison` in every text of it. */
export function plausible(poison: string): [string, string][] {
  return fieldNames.map((name) => {
    if (name === 'requestId') return [name, randomUUID()];
    if (name === 'email') return [name, `somebody${poison}@example.com`];
    if (name === 'filter') return [name, `q=${encodeURIComponent(poison)}`];
    if (name === 'back') return [name, `/admin/users?q=${encodeURIComponent(poison)}`];
    if (/password$/i.test(name)) return [name, `correct horse ${poison} battery`];
    return [name, sensible[name] ?? `слово${poison}`];
  });
}

export const urlencoded = (fields: [string, string][]): string =>
  fields.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');

/** The same as a multipart form, with a file whose name is poisoned too. */
export function multipart(fields: [string, string][], file: string): { body: string; type: string } {
  const parts = fields.map(
    ([name, value]) => `--limit\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const files = ['file', 'files', 'attachments'].map(
    (name) =>
      `--limit\r\nContent-Disposition: form-data; name="${name}"; filename="${file}"\r\nContent-Type: text/plain\r\n\r\n@nick\n\r\n`,
  );
  return { body: `${parts.join('')}${files.join('')}--limit--\r\n`, type: 'multipart/form-data; boundary=limit' };
}
