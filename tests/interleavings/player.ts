import type { PoolClient } from 'pg';
import { type Ctx, type CtxParts, makeCtx } from '../../src/ctx.ts';
import { type Database, openDatabase } from '../../src/db.ts';
import type { House } from '../../src/house.ts';

/** Breaks an act at one of its statements: by an error, or by ending its connection. `after` loses the answer of what was done. */
export type Fault = { step: number; when: 'before' | 'after'; by: 'error' | 'termination' };
export class Struck extends Error {}

type Run = {
  steps: string[];
  fault: Fault | undefined;
  go: (() => void) | undefined;
  /** The statement before: what is asked in one breath is answered one after the other. */
  before: Promise<unknown>;
  failed: boolean;
};
export type Result = { value: unknown } | { error: unknown };

/** Somebody whose acts run on one connection of his own and stop before each statement until they are told to go on. */
export type Player = {
  /** Begins an act. */
  begin(act: (ctx: Ctx) => Promise<unknown>, parts: CtxParts, fault?: Fault): void;
  isWaiting(): boolean;
  /** Lets the statement go before which the act stands. */
  goOn(): void;
  /** How the act ended, once it did. */
  result(): Result | undefined;
  /** The statements of the act so far. */
  steps(): string[];
  /** Settles when the act has come to its next statement or its end. */
  next(): Promise<void>;
  pid(): number;
  /** A ctx on the same connection, without stops. */
  ctx(parts: CtxParts): Ctx;
  close(): Promise<void>;
};

export function openPlayer(house: House): Player {
  const database: Database = openDatabase(house.config.DATABASE_URL ?? '', { connections: 1, lanes: 0 }, () => {});
  let client: (PoolClient & { processID?: number }) | undefined;
  let run: Run | undefined;
  let result: Result | undefined;
  let next = Promise.withResolvers<void>();

  const tell = (): void => {
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  const pid = (): number => client?.processID ?? 0;
  const terminate = () => house.database.pool.query('SELECT pg_terminate_backend($1, 5000)', [pid()]);

  function gated<T>(text: string, send: () => Promise<T>): Promise<T> {
    // Nobody can tell when a transaction began; and a rollback is no step of an act.
    if (run && /^(BEGIN|ROLLBACK)/i.test(text)) run.failed = false;
    if (!run || /^(BEGIN|ROLLBACK)/i.test(text)) return send();
    const answer = inTurn(run, run.before, text, send);
    run.before = answer.catch(() => undefined);
    return answer;
  }

  async function inTurn<T>(run: Run, before: Promise<unknown>, text: string, send: () => Promise<T>): Promise<T> {
    await before;
    // As PostgreSQL does with what was asked behind a failure.
    if (run.failed) throw new Struck(`the transaction is aborted: ${text}`);
    try {
      return await stepOf(run, text, send);
    } catch (error) {
      run.failed = true;
      throw error;
    }
  }

  async function stepOf<T>(run: Run, text: string, send: () => Promise<T>): Promise<T> {
    const step = run.steps.push(text) - 1;
    const here = run.fault?.step === step ? run.fault : undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    run.go = resolve;
    tell();
    await promise;
    if (here?.by === 'termination' && here.when === 'before') await terminate();
    if (here?.by === 'error' && here.when === 'before') throw new Struck(`before ${text}`);
    const answer = await send();
    if (here?.by === 'termination' && here.when === 'after') await terminate();
    if (here?.by === 'error' && here.when === 'after') throw new Struck(`after ${text}`);
    return answer;
  }

  // Both doors, the plain one and Prisma's, send all they have through `query` of the pool's one client.
  database.pool.on('connect', (connected) => {
    client = connected;
    const query = connected.query.bind(connected) as (...args: unknown[]) => Promise<unknown>;
    const patched = (...args: unknown[]): unknown => {
      const text = typeof args[0] === 'string' ? args[0] : ((args[0] as { text?: string }).text ?? '');
      const answered = args.at(-1);
      if (typeof answered !== 'function') return gated(text, () => query(...args));
      const rest = args.slice(0, -1);
      gated(text, () => query(...rest)).then(
        (answer) => answered(undefined, answer),
        (error) => answered(error),
      );
      return undefined;
    };
    Object.assign(connected, { query: patched });
  });

  const ctx = (parts: CtxParts): Ctx => makeCtx(database, house.services, parts);
  return {
    begin(act, parts, fault) {
      result = undefined;
      run = { steps: [], fault, go: undefined, before: Promise.resolve(), failed: false };
      const ended = (how: Result): void => {
        result = how;
        if (run) run.go = undefined;
        tell();
      };
      act(ctx(parts)).then(
        (value) => ended({ value }),
        (error) => ended({ error }),
      );
    },
    isWaiting: () => run?.go !== undefined,
    goOn() {
      const go = run?.go;
      if (run) run.go = undefined;
      go?.();
    },
    result: () => result,
    steps: () => run?.steps ?? [],
    next: () => next.promise,
    pid,
    ctx(parts) {
      run = undefined;
      return ctx(parts);
    },
    close: () => database.close(),
  };
}
