import { Agent, request } from 'node:http';
import { percentile } from './figures.ts';

export type Visit = { path: string; cookie?: string | undefined };
/** Answers a second, and the 99th percentile of how long one took, in milliseconds. */
export type Pace = { perSecond: number; p99: number };

/**
 * Asks for pages over so many connections for some seconds, each connection the next one as soon as it has the last. The first answer of
 * each does not count: browsers open their connections one by one, not sixteen in the same moment. Throws when an answer is not 200. Answers
 * come compressed, as browsers ask for them.
 */
export async function paceOf(url: string, visits: Visit[], connections: number, seconds: number): Promise<Pace> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let next = 0;
  const visit = async (): Promise<number> => {
    const one = visits[next++ % visits.length];
    const asked = performance.now();
    if (one) await get(agent, url, one);
    return performance.now() - asked;
  };
  const all = (work: () => Promise<unknown>) => Promise.all(Array.from({ length: connections }, work));
  await all(visit);
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await all(async () => {
    while (performance.now() < until) times.push(await visit());
  });
  const lasted = (performance.now() - begun) / 1000;
  agent.destroy();
  return { perSecond: times.length / lasted, p99: percentile(times, 0.99) };
}

function get(agent: Agent, url: string, { path, cookie }: Visit): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'accept-encoding': 'gzip', 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) };
    const sent = request(new URL(path, url), { agent, headers }, (answer) => {
      answer.resume();
      answer.once('error', reject);
      answer.once('end', () =>
        answer.statusCode === 200 ? resolve() : reject(new Error(`${path} answers ${answer.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.setTimeout(60_000, () => sent.destroy(new Error(`${path} does not answer`)));
    sent.end();
  });
}
