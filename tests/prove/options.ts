import { parseArgs } from 'node:util';

export type Options = { issues: number; minutes: number; clients: number; seed: number };

/** `--issues 100000 --minutes 10 --clients 64 --seed 1`: a proof ends when so many issues are out or the time is up. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      issues: { type: 'string', default: '100000' },
      minutes: { type: 'string', default: '10' },
      clients: { type: 'string', default: '64' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { issues, minutes, clients, seed } = values;
  return {
    issues: positive('issues', issues),
    minutes: positive('minutes', minutes),
    clients: positive('clients', clients),
    seed: positive('seed', seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not ${text}`);
  return number;
}
