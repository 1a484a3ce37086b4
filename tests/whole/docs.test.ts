import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesBelow, read } from '../support/sources.ts';

const documents = ['README.md', ...filesBelow('docs', '.md')];
const scripts = Object.keys(JSON.parse(read('package.json')).scripts);

describe('the documents', () => {
  it('link to files and pictures that exist', () => {
    const links = documents.flatMap((document) =>
      [...read(document).matchAll(/\]\(([^)#\s]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => ({ document, link, target: path.join(path.dirname(document), link) })),
    );
    expect(links.filter(({ link }) => link.endsWith('.png')).length).toBeGreaterThan(2);
    expect(links.filter(({ target }) => !existsSync(target))).toEqual([]);
  });

  it('name npm scripts that exist', () => {
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/npm run ([\w:]+)/g)].map((m) => m[1] ?? ''),
    );
    expect(named).toContain('admin:create');
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  it('name source files that exist', () => {
    const named = documents.flatMap((document) =>
      [...read(document).matchAll(/`((?:src|tests|prisma|bin|deploy|views|public|docs)\/[\w./-]+\.\w+)`/g)].map(
        (m) => ({
          document,
          file: m[1] ?? '',
        }),
      ),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ file }) => !existsSync(file))).toEqual([]);
  });
});
