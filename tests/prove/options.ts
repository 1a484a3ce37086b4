import { parseArgs } from 'node:util';

export type Options = { issues: number; minutes: number; clients: number; every: number; seed: number };

/** A proof ends when so many issues are out or the time is up. Something is killed `every` so many seconds on average. */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      issues: { type: 'string', default: '100000' },
      minutes: { type: 'string', default: '10' },
      clients: { type: 'string', default: '64' },
      every: { type: 'string', default: '8' },
      seed: { type: 'string', default: '1' },
    },
  });
  const { issues, minutes, clients, every, seed } = values;
  return {
    issues: positive('issues', issues),
    minutes: positive('minutes', minutes),
    clients: positive('clients', clients),
    every: positive('every', every),
    seed: positive('seed', seed),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`--${name} must be a number above 0, not ${text}`);
  return number;
}
