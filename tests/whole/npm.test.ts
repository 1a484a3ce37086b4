import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Lock = { packages: Record<string, { version?: string; resolved?: string; integrity?: string }> };

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const { packages }: Lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = Object.entries(packages).filter(([path]) => path !== '');

// The first versions without a known hole. `npm audit` knows more, where it can ask somebody.
const safeSince: Record<string, string> = {
  'body-parser': '2.3.0',
  express: '5.2.1',
  'express-rate-limit': '8.2.2',
  multer: '2.3.0',
  nodemailer: '10.0.9',
  nunjucks: '3.2.4',
  passport: '0.6.0',
  prisma: '7.9.0',
  qs: '6.16.0',
};

describe('what npm installs', () => {
  it('is named in package.json by exact version', () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.length).toBeGreaterThan(40);
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(String(version)))).toEqual([]);
  });

  it('is in the lockfile with a checksum, and comes from the registry that npm is set to', () => {
    expect(installed.length).toBeGreaterThan(300);
    expect(installed.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([path]) => path)).toEqual(
      [],
    );
    expect(installed.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  it('is locked at the version that package.json names', () => {
    const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(wanted.filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)).toEqual([]);
  });

  it('has no version with a known hole, however deep it lies', () => {
    const copies = installed.map(([path, { version }]) => ({
      name: path.split('node_modules/').at(-1) ?? '',
      version,
    }));
    const guarded = copies.filter(({ name }) => name in safeSince);
    expect(guarded.map(({ name }) => name)).toEqual(expect.arrayContaining(['express', 'multer', 'qs', 'prisma']));
    expect(guarded.filter(({ name, version }) => isBefore(version ?? '0', safeSince[name] ?? '0'))).toEqual([]);
  });
});

function isBefore(version: string, since: string): boolean {
  const [ours = [], least = []] = [version, since].map((text) => text.split(/[.-]/).map(Number));
  const differs = least.findIndex((number, i) => ours[i] !== number);
  return differs >= 0 && (ours[differs] ?? 0) < (least[differs] ?? 0);
}
