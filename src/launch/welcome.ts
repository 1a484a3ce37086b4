import type { DemoLogin } from './demo.ts';

/** What a newcomer needs to know: where it is and who may come in. */
export function welcome(url: string, logins: DemoLogin[]): string {
  const widthOf = (words: string[]): number => Math.max(...words.map(({ length }) => length), 0) + 2;
  const roles = widthOf(logins.map(({ role }) => role));
  const names = widthOf(logins.map(({ login }) => login));
  const lines = logins.map(({ role, login, password }) => `  ${role.padEnd(roles)}${login.padEnd(names)}${password}`);
  return ['', `  Lead Cabinet is at ${url}`, '', ...lines, '', '  Ctrl-C stops it.', ''].join('\n');
}
