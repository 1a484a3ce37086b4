import { type ChildProcess, spawn } from 'node:child_process';
import { CSS, TAILWIND } from './css.ts';
import { ROOT } from './environment.ts';
import { prepare } from './prepare.ts';
import { stopOnSignal } from './signals.ts';
import { welcome } from './welcome.ts';

const children: ChildProcess[] = [];
const run = (...words: string[]) =>
  children.push(spawn(process.execPath, words, { cwd: ROOT, stdio: ['pipe', 'inherit', 'inherit'] }));

let stopDatabase = async () => {};
stopOnSignal(async () => {
  await Promise.all(children.map(endOf));
  await stopDatabase();
});

// The watcher builds the style sheet before anything else.
const prepared = await prepare(async () => {});
stopDatabase = prepared.stopDatabase;
run(TAILWIND, ...CSS, '--watch');
run(...process.execArgv, '--watch-path=src', '--watch-path=views', 'src/server.ts');
console.log(welcome(`http://localhost:${process.env.PORT ?? 3000}`, prepared.logins));

function endOf(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null) return Promise.resolve();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  return ended;
}
