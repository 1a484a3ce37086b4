import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../rig/http.ts';
import { dropDatabase, emptyDatabase, withClient } from './databases.ts';
import { buildDesk, OPERATORS } from './desk-world.ts';
import { percentile } from './figures.ts';
import { benchSecret, startHouse } from './house.ts';
import { measure } from './pages.ts';
import { residentMegabytes } from './process.ts';
import { sessionsOf } from './sessions.ts';
import { type OpenStream, openStream } from './streams.ts';
import type { Bench } from './types.ts';

const STREAMS = 1_000;
const ACTIVE = 200;
/** A message every so many milliseconds: each active thread hears something every ten seconds. */
const EVERY = 50;
const SECONDS = 15;

type Desk = { url: string; operators: string[]; persons: string[]; threads: Active[] };
type Active = { id: number; person: string; operator: string; last: number; waits?: Waits | undefined };
type Waits = { text: string; asked: number; after: number; by: 'person' | 'operator' };

/** A desk of 200,000 threads: its inbox, a thousand pages that listen, and how long a message takes to a page that shows it. */
export async function run(bench: Bench): Promise<void> {
  const { server, options, say, report } = bench;
  say(`building ${options.threads} threads`);
  const database = await emptyDatabase(server, 'desk');
  await buildDesk(database, options.threads);
  const house = await startHouse(bench, database);
  try {
    const desk = await openDesk(database, house.url);
    const visits = desk.operators.map((cookie) => ({ path: '/support', cookie }));
    await measure(bench, database, house.url, [{ name: 'inbox', visits, grows: false }]);
    say(`${STREAMS} streams`);
    const before = residentMegabytes(house.pid());
    const times: number[] = [];
    const streams = await listenAll(desk, times);
    const open: number[] = [];
    const p99: number[] = [];
    for (let run = 0; run < options.runs; run += 1) {
      times.length = 0;
      await talk(desk);
      p99.push(percentile(times, 0.99));
      open.push(streams.filter((stream) => stream.isOpen() && stream.heard() > 0).length);
      say(`${times.length} messages on screens, p99 ${Math.round(p99.at(-1) ?? 0)} ms`);
    }
    report({ name: 'support.open_streams', unit: '', values: open, target: { value: { atLeast: STREAMS } } });
    report({ name: 'support.streams.rss.mb', unit: 'MB', values: [residentMegabytes(house.pid()) - before] });
    const target = { value: { atMost: 300 } };
    report({ name: 'support.message_to_screen.p99.ms', unit: 'ms', values: p99, target });
    for (const stream of streams) stream.close();
  } finally {
    await house.stop();
    await dropDatabase(server, 'desk');
  }
}

/** The newest threads of as many people, each with an operator who has it before his eyes. */
async function openDesk(database: string, url: string): Promise<Desk> {
  const { people, found, staff } = await withClient(database, async (client) => {
    const ids = async (text: string): Promise<number[]> =>
      (await client.query<{ id: number }>(text)).rows.map(({ id }) => id);
    const { rows } = await client.query<{ id: number; personId: number; last: number }>(
      `SELECT t.id, t.person_id AS "personId", (SELECT max(id) FROM messages WHERE thread_id = t.id) AS last
       FROM threads t ORDER BY t.id LIMIT ${ACTIVE}`,
    );
    return {
      found: rows,
      people:
        await ids(`SELECT id FROM users WHERE role = 'user' AND id NOT IN (SELECT person_id FROM threads ORDER BY id LIMIT ${ACTIVE})
        ORDER BY id LIMIT ${STREAMS - ACTIVE - OPERATORS}`),
      staff: await ids(`SELECT id FROM users WHERE role = 'support' ORDER BY id`),
    };
  });
  const operators = await sessionsOf(database, benchSecret, staff);
  const active = await sessionsOf(
    database,
    benchSecret,
    found.map(({ personId }) => personId),
  );
  const threads = found.map(({ id, last }, n) => ({
    id,
    last,
    person: active[n] ?? '',
    operator: operators[n % operators.length] ?? '',
  }));
  return { url, operators, threads, persons: await sessionsOf(database, benchSecret, people) };
}

/** Every page listens; those of the active threads fetch what they are told of, as the script of the page does. */
async function listenAll({ url, operators, persons, threads }: Desk, times: number[]): Promise<OpenStream[]> {
  const byId = new Map(threads.map((thread) => [thread.id, thread]));
  const show = async (thread: Active | undefined, cookie: string, reader: Waits['by'], path: string): Promise<void> => {
    const waits = thread?.waits;
    if (!thread || !waits || waits.by === reader) return;
    const query = `?after=${waits.after}&events=0&version=0&hidden=1`;
    const { text } = await ask(url, { path: `${path}/threads/${thread.id}/messages${query}`, cookie });
    if (thread.waits !== waits || !text.includes(waits.text)) return;
    times.push(performance.now() - waits.asked);
    thread.waits = undefined;
  };
  const streams: Promise<OpenStream>[] = [];
  for (const cookie of operators) {
    streams.push(
      openStream(url, '/support/events', cookie, (name, { thread = 0 }) => {
        const shown = byId.get(thread);
        if (name === 'message' && shown?.operator === cookie) void show(shown, cookie, 'operator', '/support');
      }),
    );
  }
  for (const thread of threads) {
    streams.push(
      openStream(url, '/cabinet/support/events', thread.person, (name, told) => {
        if (name === 'message' && told.thread === thread.id)
          void show(thread, thread.person, 'person', '/cabinet/support');
      }),
    );
  }
  for (const cookie of persons) streams.push(openStream(url, '/cabinet/support/events', cookie, () => {}));
  return Promise.all(streams);
}

/** Person and operator write in turn, thread by thread, for some seconds; waits until all is on a screen. */
async function talk({ url, threads }: Desk): Promise<void> {
  const until = performance.now() + SECONDS * 1000;
  const writing: Promise<void>[] = [];
  for (let n = 0; performance.now() < until; n += 1) {
    const thread = threads[n % threads.length];
    const by = Math.floor(n / threads.length) % 2 === 0 ? 'person' : 'operator';
    if (thread) writing.push(write(url, thread, by));
    await pause(EVERY);
  }
  await Promise.all(writing);
  const late = performance.now() + 10_000;
  while (threads.some(({ waits }) => waits) && performance.now() < late) await pause(50);
  const lost = threads.filter(({ waits }) => waits).length;
  if (lost > 0) throw new Error(`${lost} messages came to no screen`);
}

async function write(url: string, thread: Active, by: Waits['by']): Promise<void> {
  const text = randomUUID();
  thread.waits = { text, by, after: thread.last, asked: performance.now() };
  const path = by === 'person' ? '/cabinet/support' : '/support';
  const { status, location } = await ask(url, {
    path: `${path}/threads/${thread.id}/messages`,
    cookie: by === 'person' ? thread.person : thread.operator,
    form: { requestId: randomUUID(), text, lastSeenMessageId: thread.last },
  });
  if (status !== 303) throw new Error(`A message answers ${status}`);
  thread.last = Number(location.split('#m')[1] ?? thread.last);
}
