import type { DemoLogin } from './demo.ts';

/** What a newcomer needs to know: where it is and who may come in. */
export function welcome(url: string, logins: DemoLogin[]): string {
  const width = Math.max(...logins.map(({ role, login }) => role.length + login.length), 0) + 6;
  const lines = logins.map(({ role, login, password }) => `  ${`${role}    ${login}`.padEnd(width)}${password}`);
  return ['', `  Lead Cabinet is at ${url}`, '', ...lines, '', '  Ctrl-C stops it.', ''].join('\n');
}
