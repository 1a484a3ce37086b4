import pg from 'pg';
import { createStatementNames } from './statement-names.ts';

export type Statement = { name?: string; text: string; values: unknown[] };
type Rows = Promise<pg.QueryResult>;

/** Connections that many requests share at once: their reads go out one behind the other, and nobody holds one. */
export type Lanes = {
  /** Answers a read by a lane, anything else by the pool. */
  query(statement: Statement): Rows;
  close(): Promise<void>;
};

/** `free`: when its last answer came. */
type Lane = { client: pg.Client; ready: boolean; waiting: number; free: number };

const REOPEN_AFTER = 1_000;

/**
 * Opens so many lanes when they are first needed. A page asks five to nine small questions; each on a connection of its own costs
 * PostgreSQL and us a wake-up, while in a lane the questions of one moment travel in one packet (measured: a third of the
 * processor time). Whatever a lane cannot take now, because it is not open yet or was lost under it, goes by the pool: a read may be
 * asked twice.
 */
export function openLanes(options: pg.ClientConfig, count: number, pool: pg.Pool): Lanes {
  const lanes: (Lane | undefined)[] = new Array(count).fill(undefined);
  const names = createStatementNames();
  let opened = 0;
  let closed = false;
  let now: Lane | undefined;

  const open = (place: number): void => {
    const lane: Lane = {
      client: new pg.Client({ ...options, application_name: 'lead-cabinet lane', pipeline: true }),
      ready: false,
      waiting: 0,
      free: 0,
    };
    const lose = (): void => {
      lane.ready = false;
      if (lanes[place] === lane) lanes[place] = undefined;
    };
    lanes[place] = lane;
    lane.client.on('error', lose).on('end', lose);
    lane.client.connect().then(() => {
      lane.ready = true;
    }, lose);
  };
  const openMissing = (): void => {
    if (closed || performance.now() < opened) return;
    opened = performance.now() + REOPEN_AFTER;
    for (let place = 0; place < count; place += 1) if (!lanes[place]) open(place);
  };
  // All that is asked within one turn of the event loop shares a lane and a packet.
  const choose = (): Lane | undefined => {
    if (now?.ready) return now;
    const best = leastBusy(lanes);
    if (lanes.includes(undefined)) openMissing();
    if (!best) return undefined;
    const { stream } = best.client.connection;
    now = best;
    stream.cork();
    process.nextTick(() => {
      now = undefined;
      stream.uncork();
    });
    return best;
  };

  return {
    async query(statement) {
      const name = count > 0 ? names.of(statement) : undefined;
      const lane = name === undefined ? undefined : choose();
      if (!lane) return pool.query(statement);
      lane.waiting += 1;
      const sent = performance.now();
      try {
        return await lane.client.query({ ...statement, name });
      } catch (error) {
        if (!isLost(error)) throw error;
        return pool.query(statement);
      } finally {
        lane.waiting -= 1;
        // Answers come in the order of the questions, so one takes the lane from the answer before it.
        names.took(statement, performance.now() - Math.max(sent, lane.free));
        lane.free = performance.now();
      }
    },
    async close() {
      closed = true;
      await Promise.all(lanes.map((lane) => lane?.client.end().catch(() => undefined)));
    },
  };
}

// What says that a server or a connection went away, not that the question was wrong or took too long.
const isLost = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(57P0[123]|ECONNRESET|EPIPE)$/.test('code' in error ? String(error.code) : '') ||
    /^Connection terminated|not queryable/.test(error.message));

function leastBusy(lanes: (Lane | undefined)[]): Lane | undefined {
  let best: Lane | undefined;
  for (const lane of lanes) if (lane?.ready && (!best || lane.waiting < best.waiting)) best = lane;
  return best;
}
