import { spawn } from 'node:child_process';
import type { Account } from './account.ts';

// `read` ends with a line when we say something, and with end of file when we are gone, however we went.
// A server that was just being started may need a moment to write its lock file.
const SCRIPT = `
read -r started || sleep 1
server=$(head -n 1 "$1/postmaster.pid" 2>/dev/null)
[ -n "$started" ] && read -r farewell && exit
[ -n "$server" ] && kill -INT "$server"
[ -z "$2" ] && exit
while [ -n "$server" ] && kill -0 "$server" 2>/dev/null; do sleep 0.2; done
rm -rf "$2"`;

export type Guardian = { started(): void; farewell(): void };

/**
 * Watches over us from outside: should this process be killed without a chance to clean up, the server of `data` is stopped,
 * and `erase`, the folder of a throw-away one, is removed. Wants to hear when the server has started and when it was stopped.
 */
export function guard(data: string, account: Account | undefined, erase = ''): Guardian {
  // Windows has no such shell; there the next start finds the server and stops it.
  if (process.platform === 'win32') return { started() {}, farewell() {} };
  const guardian = spawn('/bin/sh', ['-c', SCRIPT, 'guardian', data, erase], {
    ...account,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guardian.unref();
  (guardian.stdin as unknown as { unref(): void }).unref();
  guardian.stdin.on('error', () => {});
  return {
    started: () => void guardian.stdin.write('started\n'),
    farewell: () => void guardian.stdin.end('farewell\n'),
  };
}
