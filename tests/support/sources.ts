import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

export type Source = { file: string; text: string; imports: Import[] };
export type Import = { from: string; typeOnly: boolean; target: string | null };

/** Files below a folder of the project, as paths from its root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')))
    .filter((name) => name.endsWith(ending) && !name.startsWith('src/generated/'))
    .sort();
}

export const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

/** Every TypeScript file of src with what it imports; `target` is the imported file of ours, or null for a package. */
export const sources = (): Source[] =>
  filesBelow('src', '.ts').map((file) => {
    const text = read(file);
    return { file, text, imports: importsOf(file, text) };
  });

function importsOf(file: string, text: string): Import[] {
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?([^;]*?)from\s+'([^']+)'/gms)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map((m) => ({ from: m[1] ?? '', typeOnly: false }));
  const fixed = statements.map((m) => ({ from: m[3] ?? '', typeOnly: m[1] !== undefined || onlyTypes(m[2] ?? '') }));
  return [...fixed, ...dynamic].map((found) => ({
    ...found,
    target: found.from.startsWith('.') ? path.posix.join(path.posix.dirname(file), found.from) : null,
  }));
}

const onlyTypes = (names: string): boolean =>
  /^\{[^}]*\}\s*$/.test(names.trim()) &&
  names
    .replace(/[{}]/g, '')
    .split(',')
    .filter((name) => name.trim())
    .every((name) => name.trim().startsWith('type '));
