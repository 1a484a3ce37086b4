import { Client, type Dispatcher } from 'undici';
import { percentile } from './figures.ts';

export type Visit = { path: string; cookie?: string | undefined };
/** Answers a second, and the 99th percentile of how long one took, in milliseconds. */
export type Pace = { perSecond: number; p99: number };

/**
 * Asks for pages over so many connections for some seconds, each connection the next one as soon as it has the last. The first answer of
 * each does not count: browsers open their connections one by one, not sixteen in the same moment. Throws when an answer is not 200 or is cut
 * off. Answers come compressed, as browsers ask for them. Who asks shares the processors with who answers, so this client is one that takes
 * less of them than Node's own.
 */
export async function paceOf(url: string, visits: Visit[], connections: number, seconds: number): Promise<Pace> {
  const clients = Array.from({ length: connections }, () => new Client(url, { headersTimeout: 60_000 }));
  const times: number[] = [];
  let next = 0;
  const visit = async (client: Client): Promise<number> => {
    const one = visits[next++ % visits.length];
    const asked = performance.now();
    if (one) await get(client, one);
    return performance.now() - asked;
  };
  await Promise.all(clients.map(visit));
  const begun = performance.now();
  const until = begun + seconds * 1000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < until) times.push(await visit(client));
    }),
  );
  const lasted = (performance.now() - begun) / 1000;
  await Promise.all(clients.map((client) => client.close()));
  return { perSecond: times.length / lasted, p99: percentile(times, 0.99) };
}

async function get(client: Client, { path, cookie }: Visit): Promise<void> {
  const headers = { 'accept-encoding': 'gzip', 'sec-fetch-site': 'same-origin', ...(cookie ? { cookie } : {}) };
  const { statusCode, body } = await client.request({ path, method: 'GET', headers });
  await readToItsEnd(body);
  if (statusCode !== 200) throw new Error(`${path} answers ${statusCode}`);
}

/** Throws when an answer breaks off: `dump` alone would take it for a whole one. */
export async function readToItsEnd(body: Dispatcher.ResponseData['body']): Promise<void> {
  await body.dump({ limit: 100_000_000 });
  if (!body.readableEnded) throw new Error('An answer breaks off', { cause: body.errored });
}
