import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Node as pinned in package.json, whatever version the host has. */
export const pinnedNode = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** Installs the dependencies when they are missing or no longer those of package-lock.json. */
export function installWhatIsMissing() {
  if (isInstalled()) return;
  process.stdout.write('Installing dependencies, about a minute the first time … ');
  const began = Date.now();
  // Engine warnings are about the host's Node, which is only used until the pinned one is there.
  const { status, stdout, stderr, error } = npm('ci', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error');
  if (status !== 0) {
    console.error(`failed.\n${error ?? ''}${stdout}${stderr}`);
    process.exit(1);
  }
  console.log(`done in ${Math.round((Date.now() - began) / 1000)} s.`);
}

function isInstalled() {
  // npm writes the inner file as the last step of an installation.
  const inner = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(inner) || !existsSync(pinnedNode)) return false;
  const installed = readPackages(inner);
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
}

function readPackages(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages;
}

function npm(...words) {
  const settings = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 };
  // Under `npm start` the very npm that runs us; it may not be on the PATH.
  const self = process.env.npm_execpath;
  if (self?.endsWith('.js')) return spawnSync(process.execPath, [self, ...words], settings);
  return spawnSync('npm', words, { ...settings, shell: process.platform === 'win32' });
}
