import { parseArgs } from 'node:util';

export const scenarios = ['import', 'export', 'issue', 'pages', 'support', 'start'] as const;
export type Scenario = (typeof scenarios)[number];
export type Options = {
  wanted: Scenario[];
  /** Rows of an import or export, and contacts from which agents take. */
  rows: number;
  /** Contacts behind the pages. */
  contacts: number;
  leads: number;
  /** Threads of the desk, fifteen messages each. */
  threads: number;
  agents: number;
  runs: number;
  /** How long each page is asked for, a run. */
  seconds: number;
  /** Only figures whose page has this in its name. */
  only: string | null;
};

/** `bench [scenario …] [--rows n] [--contacts n] [--leads n] [--threads n] [--agents n] [--runs n] [--seconds n] [--only text]`. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      rows: { type: 'string', default: '1000000' },
      contacts: { type: 'string', default: '5000000' },
      leads: { type: 'string', default: '200000' },
      threads: { type: 'string', default: '200000' },
      agents: { type: 'string', default: '2000' },
      runs: { type: 'string', default: '3' },
      seconds: { type: 'string', default: '3' },
      only: { type: 'string' },
    },
  });
  const unknown = positionals.filter((name) => !scenarios.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are: ${scenarios.join(', ')}`);
  return {
    wanted: scenarios.filter((name) => positionals.length === 0 || positionals.includes(name)),
    rows: count('rows', values.rows, 10_000_000),
    contacts: count('contacts', values.contacts, 10_000_000),
    leads: count('leads', values.leads, 1_000_000),
    threads: count('threads', values.threads, 1_000_000),
    agents: count('agents', values.agents, 20_000),
    runs: count('runs', values.runs, 100),
    seconds: count('seconds', values.seconds, 600),
    only: values.only ?? null,
  };
}

function count(name: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0 && number <= most) return number;
  throw new Error(`--${name} must be a whole number from 1 to ${most}, not ${text}`);
}
