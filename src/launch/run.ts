import { spawn } from 'node:child_process';
import { ROOT } from './environment.ts';

/** Runs a program of one of our dependencies with this Node; what it says is shown only when it fails. */
export async function runQuietly(script: string, ...words: string[]): Promise<void> {
  const child = spawn(process.execPath, [script, ...words], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listen = (chunk: Buffer) => {
    said += chunk;
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const status = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (status !== 0) throw new Error(`${script} ${words.join(' ')} failed.\n${said}`);
}
