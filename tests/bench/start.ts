import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { delimiter, join, relative, resolve } from 'node:path';
import { ask } from '../rig/http.ts';
import type { Bench } from './types.ts';

const root = resolve(import.meta.dirname, '../..');
const made = new Set(['node_modules', '.git', 'var', join('src', 'generated'), join('public', 'css')]);

/** `npm start` of a fresh copy of this very tree, until its first page answers; and the same again. The first one installs. */
export async function run(bench: Bench): Promise<void> {
  const clone = join(bench.folder, 'clone');
  await cp(root, clone, { recursive: true, filter: (path) => !made.has(relative(root, path)) });
  const first = await start(bench, clone);
  bench.report({ name: 'start.first.s', unit: 's', values: [first] });
  const second: number[] = [];
  for (let run = 0; run < bench.options.runs; run += 1) second.push(await start(bench, clone));
  bench.report({ name: 'start.second.s', unit: 's', values: second, target: { value: { atMost: 5 } } });
}

/** Seconds from the command to the first page; then ends it as Ctrl-C does. */
async function start({ say }: Bench, clone: string): Promise<number> {
  const begun = performance.now();
  const child = spawn('npm', ['start'], {
    cwd: clone,
    env: outerEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const url = await new Promise<string>((found, failed) => {
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
        const address = /Lead Cabinet is at (http\S+)/.exec(output)?.[1];
        if (address) found(address);
      });
    }
    child.once('exit', (code) => failed(new Error(`npm start ended with ${code}: ${output.slice(-1000)}`)));
  });
  const { status } = await ask(url, { path: '/login' });
  const seconds = (performance.now() - begun) / 1000;
  say(`up in ${seconds.toFixed(1)} s`);
  const ended = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGINT');
  await ended;
  if (status !== 200) throw new Error(`The first page answers ${status}`);
  return seconds;
}

/** The environment without what `npm run` adds to it: its programs, and words about the package that it runs. */
function outerEnvironment(): Record<string, string | undefined> {
  const ours = /^(npm_|INIT_CWD$|DATABASE_URL$|NODE_ENV$|NODE_OPTIONS$)/i;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.endsWith('.bin'));
  return { ...Object.fromEntries(kept), PATH: folders.join(delimiter) };
}
