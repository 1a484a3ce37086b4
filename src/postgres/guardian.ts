import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

// `read` ends with a line when we say so, and with end of file when we are gone, however we went.
const SCRIPT = `
read -r farewell && exit
kill -INT "$1"
[ -z "$2" ] && exit
while kill -0 "$1" 2>/dev/null; do sleep 0.2; done
rm -rf "$2"`;

/**
 * Watches over us from outside: should this process be killed without a chance to clean up, the server that it started is stopped,
 * and `erase`, the folder of a throw-away one, is removed. The function given back ends the watch.
 */
export function guard(server: number, account: Account | undefined, erase = ''): () => void {
  // Windows has no such shell; there the next start finds the server and stops it.
  if (process.platform === 'win32') return () => {};
  const guardian = spawn('/bin/sh', ['-c', SCRIPT, 'guardian', String(server), erase], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  guardian.stdin.on('error', () => {});
  return () => guardian.stdin.end('farewell\n');
}
