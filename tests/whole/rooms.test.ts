import { describe, expect, it } from 'vitest';
import { type Source, sources } from '../support/sources.ts';

const all = sources();
const inside = (folder: string) => all.filter(({ file }) => file.startsWith(folder));
const roomOf = (file: string): string | null => /^src\/modules\/([^/]+)\//.exec(file)?.[1] ?? null;
const isDoor = (file: string): boolean => /\.(routes|web)\.ts$|\/routes\.ts$/.test(file);
const faults = (
  of: Source[],
  wrong: (source: Source, target: string, from: string, typeOnly: boolean) => boolean,
): string[] =>
  of.flatMap((source) =>
    source.imports
      .filter(({ target, from, typeOnly }) => wrong(source, target ?? '', from, typeOnly))
      .map(({ from }) => `${source.file} imports ${from}`),
  );

describe('who may import whom', () => {
  it('lib imports nothing of ours but lib', () => {
    expect(faults(inside('src/lib/'), (_s, target) => target !== '' && !target.startsWith('src/lib/'))).toEqual([]);
  });

  it('web knows no noun', () => {
    expect(faults(inside('src/web/'), (_s, target) => target.startsWith('src/modules/'))).toEqual([]);
  });

  const domain = inside('src/modules/').filter(({ file }) => !isDoor(file));

  it("a module's domain knows nothing of HTTP, templates or the database singleton", () => {
    const forbidden = ['express', 'nunjucks', 'passport', 'multer'];
    expect(
      faults(domain, (_s, target, from, typeOnly) => {
        if (forbidden.includes(from)) return true;
        if (target === 'src/db.ts') return !typeOnly;
        return (
          target.startsWith('src/web/') ||
          ['src/app.ts', 'src/routes.ts', 'src/server.ts', 'src/house.ts'].includes(target)
        );
      }).filter((fault) => !fault.startsWith('src/modules/accounts/create-admin.ts')),
    ).toEqual([]);
  });

  it('a module enters another only through its door, index.ts', () => {
    expect(
      faults(inside('src/modules/'), ({ file }, target) => {
        const other = roomOf(target);
        return other !== null && other !== roomOf(file) && target !== `src/modules/${other}/index.ts`;
      }),
    ).toEqual([]);
  });

  it('a door holds no SQL', () => {
    expect(
      faults(
        inside('src/modules/').filter(({ file }) => isDoor(file)),
        (_s, target) => target === 'src/lib/sql.ts',
      ),
    ).toEqual([]);
  });

  it('only config.ts reads the environment', () => {
    const readers = all.filter(({ text }) => text.includes('process.env')).map(({ file }) => file);
    expect(readers.filter((file) => !beforeTheHouse.test(file))).toEqual([]);
  });

  it('no room needs a room that needs it', () => {
    expect(cycles(all)).toEqual([]);
  });
});

// The tools that start the house before there is a configuration, and the one line of i18n that is stricter in tests.
const beforeTheHouse = /^src\/(config\.ts|start\.ts|launch\/|migrations\/|postgres\/|web\/i18n\.ts)/;

function cycles(from: Source[]): string[] {
  const graph = new Map(
    from.map(({ file, imports }) => [
      file,
      imports.filter((i) => !i.typeOnly && i.target?.endsWith('.ts')).map((i) => i.target ?? ''),
    ]),
  );
  const found: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const walk = (file: string, path: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      found.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}
