import pg from 'pg';

export type Statement = { name: string; text: string; values: unknown[] };
type Rows = Promise<pg.QueryResult>;

/** Connections that many requests share at once: their prepared reads go out one behind the other and nobody holds one. */
export type Lanes = {
  /** Whether this statement may go by a lane: a prepared one that only reads and waits for no lock. */
  take(statement: { name?: string; text: string }): statement is Statement;
  query(statement: Statement): Rows;
  close(): Promise<void>;
};

type Lane = { client: pg.Client; ready: boolean; waiting: number };

const REOPEN_AFTER = 1_000;

/**
 * Opens so many lanes when they are first needed. A page asks five to nine small questions; each on a connection of its own costs PostgreSQL
 * and us a wake-up, while in a lane the questions of one moment travel in one packet (measured: a third of the processor
 * time). Whatever a lane cannot take now, because it is not open yet or was lost under it, goes by the pool: a read may be asked twice.
 */
export function openLanes(options: pg.ClientConfig, count: number, pool: pg.Pool): Lanes {
  const lanes: (Lane | undefined)[] = new Array(count).fill(undefined);
  const reading = new Map<string, boolean>();
  let opened = 0;
  let closed = false;
  let now: Lane | undefined;

  const open = (place: number): void => {
    const lane: Lane = { client: new pg.Client({ ...options, pipeline: true }), ready: false, waiting: 0 };
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
  /** All that is asked within one turn of the event loop shares a lane and a packet. */
  const choose = (): Lane | undefined => {
    if (now?.ready) return now;
    const [best] = lanes.filter((lane) => lane?.ready).sort(byWaiting);
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
    take: (statement): statement is Statement => {
      const { name, text } = statement;
      if (name === undefined || count === 0) return false;
      const known = reading.get(name) ?? onlyReads(text);
      reading.set(name, known);
      return known;
    },
    async query(statement) {
      const lane = choose();
      if (!lane) return pool.query(statement);
      lane.waiting += 1;
      try {
        return await lane.client.query(statement);
      } catch (error) {
        if (lane.ready) throw error;
        return pool.query(statement);
      } finally {
        lane.waiting -= 1;
      }
    },
    async close() {
      closed = true;
      await Promise.all(lanes.map((lane) => lane?.client.end().catch(() => undefined)));
    },
  };
}

const byWaiting = (a: Lane | undefined, b: Lane | undefined): number => (a?.waiting ?? 0) - (b?.waiting ?? 0);

const acts =
  /\b(insert|update|delete|merge|for\s+(no\s+key\s+)?update|for\s+(key\s+)?share|nextval|pg_notify|pg_\w*advisory\w*)\b/i;

/** True for a SELECT that changes nothing and waits for nobody. When in doubt: no. */
export const onlyReads = (text: string): boolean => /^\s*(select|with)\b/i.test(text) && !acts.test(text);
